// A move-only void() callable (the library's own is not in every standard library we build with).
#pragma once
#include <memory>
#include <utility>

namespace pipit::sched {

class Task {
 public:
  Task() = default;
  template <class F>
  Task(F fn) : body_(std::make_unique<Holder<F>>(std::move(fn))) {}  // NOLINT: implicit on purpose
  explicit operator bool() const { return body_ != nullptr; }
  void operator()() { body_->run(); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void run() = 0;
  };
  template <class F>
  struct Holder final : Base {
    explicit Holder(F body) : fn(std::move(body)) {}
    void run() override { fn(); }
    F fn;
  };
  std::unique_ptr<Base> body_;
};

}  // namespace pipit::sched
