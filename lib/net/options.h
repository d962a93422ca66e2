// What the network room needs from options, environment and configuration.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace pipit::net {

struct Options {
  int timeout_seconds = 15;  // connect, and silence while reading
  int retries = 5;
  std::size_t concurrent_downloads = 50;  // also the limit of connections per origin
  bool offline = false;                   // no socket is ever opened
  bool http1 = false;                     // HTTP/2 is not offered
  std::string cert;  // CA bundle file or directory, in place of the system's, as are those that
                     // variables name (roots.h)
  std::string client_cert;  // PEM with certificate and key; "" : none
  /// How the user calls the two, for messages: "PIP_CERT".
  std::string cert_said = "--cert", client_cert_said = "--client-cert";
  std::vector<std::string>
      trusted_hosts;  // "host" or "host:port": http and unverified https are allowed there
  std::string proxy;  // --proxy; "" : HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, both cases
  bool read_netrc = true;
  std::string user_agent;  // "pipit/0.1.0"
};

}  // namespace pipit::net
