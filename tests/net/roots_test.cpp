#include "net/roots.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "net/der.h"

namespace {

using namespace pipit;
using namespace std::string_literals;

/// CN = Root One, O = Example; for a.example, *.b.example, 127.0.0.1 and ::1.
constexpr std::string_view kRoot =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB2zCCAYKgAwIBAgIUOVRjKe0j1WQlx+nrvMw1May5tRMwCgYIKoZIzj0EAwIw\n"
    "JTEQMA4GA1UECgwHRXhhbXBsZTERMA8GA1UEAwwIUm9vdCBPbmUwHhcNMjYxMTIw\n"
    "MTUwNTQyWhcNMzYxMTE3MTUwNTQyWjAlMRAwDgYDVQQKDAdFeGFtcGxlMREwDwYD\n"
    "VQQDDAhSb290IE9uZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEm5ItT/X4y1\n"
    "DSXXoQHCU7rGuOWr1FXjctBD0QCNBStT4kfPoB61CAgAVTl+hMA9/2USXyqCeARH\n"
    "xFm0IqXp1wijgY8wgYwwHQYDVR0OBBYEFFr51HOyh3cds+yfiD47czhtTvX4MB8G\n"
    "A1UdIwQYMBaAFFr51HOyh3cds+yfiD47czhtTvX4MA8GA1UdEwEB/wQFMAMBAf8w\n"
    "OQYDVR0RBDIwMIIJYS5leGFtcGxlggsqLmIuZXhhbXBsZYcEfwAAAYcQAAAAAAAA\n"
    "AAAAAAAAAAAAATAKBggqhkjOPQQDAgNHADBEAiBhh3ce4CwPHKlk7V0t8a4S8cYe\n"
    "NlJyfogfUvEI2EtP4gIgPG8VhuifEimLoNqolMMLO/2k8gD1jU+i9IP5AJCfOWU=\n"
    "-----END CERTIFICATE-----\n";

std::string certificate() {
  const std::vector<net::PemBlock> blocks = net::read_pem(kRoot);
  REQUIRE_EQ(blocks.size(), 1);
  CHECK_EQ(blocks[0].label, "CERTIFICATE");
  return blocks[0].der;
}

/// None of the variables that name roots is set while one of these lives.
class NoVariables {
 public:
  NoVariables() {
    for (const char* name : kNames) {
      const std::optional<std::string> value = base::environment_variable(name);
      saved_.emplace_back(name, value);
      ::unsetenv(name);
    }
  }
  ~NoVariables() {
    for (const auto& [name, value] : saved_) {
      if (value)
        ::setenv(name, value->c_str(), 1);
      else
        ::unsetenv(name);
    }
  }

 private:
  static constexpr const char* kNames[] = {"PIPIT_CERT",   "PIP_CERT",       "SSL_CERT_FILE",
                                           "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"};
  std::vector<std::pair<const char*, std::optional<std::string>>> saved_;
};

struct Files {
  NoVariables clean;
  Result<base::TempDir> dir = base::TempDir::create("/tmp", "roots-");
  std::string write(std::string_view name, std::string_view content) {
    REQUIRE(dir);
    const std::string path = base::join_path(dir->path(), name);
    REQUIRE(base::write_file(path, content));
    return path;
  }
};

std::string loaded(const std::string& cert) {
  const Result<net::Roots> roots = net::Roots::load(cert);
  return roots ? std::to_string(roots->size()) : "error: " + roots.error().message;
}

}  // namespace

TEST_CASE("certificate: names, validity and alternative names are read") {
  const std::string der = certificate();
  const std::optional<net::CertificateFacts> facts = net::read_certificate(der);
  REQUIRE(facts);
  CHECK_EQ(facts->not_before, 1795187142);
  CHECK_EQ(facts->not_after, 2110547142);
  CHECK(facts->subject == facts->issuer);
  CHECK_NE(facts->subject.find("Root One"), std::string_view::npos);
  REQUIRE_EQ(facts->dns_names.size(), 2);
  CHECK_EQ(facts->dns_names[1], "*.b.example");
  REQUIRE_EQ(facts->addresses.size(), 2);
  CHECK_EQ(facts->addresses[0], "\x7f\0\0\1"s);
  CHECK_EQ(facts->addresses[1].size(), 16);
}

TEST_CASE("certificate: cut off anywhere it is none") {
  const std::string der = certificate();
  for (std::size_t i = 0; i < der.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(net::read_certificate(std::string_view(der).substr(0, i)));
  }
}

TEST_CASE("roots: found by the encoded subject") {
  const net::Roots roots = net::Roots::TEST_from_pem(std::string(kRoot));
  const std::string der = certificate();
  const std::optional<std::string_view> subject = net::certificate_subject(der);
  REQUIRE(subject);
  REQUIRE_EQ(roots.find(*subject).size(), 1);
  CHECK(roots.find(*subject)[0] == der);
  CHECK(roots.find("another name").empty());
}

TEST_CASE("roots: a broken certificate loses itself only") {
  const std::string text =
      "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
      "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" +
      std::string(kRoot) + "-----BEGIN CERTIFICATE-----\nMII";
  CHECK_EQ(net::Roots::TEST_from_pem(text).size(), 1);
}

TEST_CASE("roots: the places that are named count together") {
  Files files;
  const std::string good = files.write("good.pem", kRoot);
  const std::string two = files.write("two.pem", std::string(kRoot) + std::string(kRoot));
  const std::string empty = files.write("empty.pem", "");
  CHECK_EQ(loaded(good), "1");
  ::setenv("REQUESTS_CA_BUNDLE", two.c_str(), 1);
  CHECK_EQ(loaded(""), "2");
  ::setenv("SSL_CERT_FILE", good.c_str(), 1);
  CHECK_EQ(loaded(""), "3");
  CHECK_EQ(loaded(good), "3");
  ::setenv("SSL_CERT_FILE", "/nowhere/at/all.pem", 1);
  CHECK_EQ(loaded(""), "2");
  ::setenv("SSL_CERT_DIR", "/nowhere:/nor/there", 1);
  CHECK_EQ(loaded(""), "2");
  CHECK_EQ(loaded(empty), "2");
}

TEST_CASE("roots: named places without any certificate are no reason to trust others") {
  Files files;
  const std::string empty = files.write("empty.pem", "");
  const std::string noise = files.write("noise.pem", "nothing in here");
  CHECK_EQ(loaded(empty), "error: --cert: " + empty + " holds no certificate");
  ::setenv("SSL_CERT_FILE", "", 1);
  CHECK_EQ(loaded(empty), "error: --cert: " + empty + " holds no certificate");
  ::setenv("SSL_CERT_FILE", "/nowhere/at/all.pem", 1);
  CHECK_EQ(loaded(""), "error: SSL_CERT_FILE: /nowhere/at/all.pem: no such file");
  ::setenv("CURL_CA_BUNDLE", noise.c_str(), 1);
  CHECK_EQ(loaded(""), "error: SSL_CERT_FILE: /nowhere/at/all.pem: no such file, CURL_CA_BUNDLE: " +
                           noise + " holds no certificate");
}

TEST_CASE("roots: which places gave nothing can be told") {
  Files files;
  const std::string good = files.write("good.pem", kRoot);
  ::setenv("SSL_CERT_DIR", files.dir->path().c_str(), 1);
  CHECK_EQ(net::Roots::load(good)->useless(), "");
  ::setenv("SSL_CERT_DIR", "/nowhere", 1);
  CHECK_EQ(net::Roots::load(good)->useless(), "SSL_CERT_DIR: /nowhere: no such file");
}

TEST_CASE("roots: a directory counts file by file") {
  Files files;
  files.write("a.pem", kRoot);
  files.write("b.pem", kRoot);
  files.write("notes.txt", "nothing in here");
  ::setenv("SSL_CERT_DIR", files.dir->path().c_str(), 1);
  CHECK_EQ(loaded(""), "2");
  CHECK_EQ(loaded(files.dir->path()), "2");
}
