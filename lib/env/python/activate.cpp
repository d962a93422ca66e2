// Activation is a convenience: it sets PATH, VIRTUAL_ENV and the prompt, unsets PYTHONHOME, and
// `deactivate` restores everything. The variables have their usual names, since prompts and editors
// look for them.
#include "env/python/activate.h"

#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::string_view kActivateSh = R"sh(# For sh, bash, zsh, ksh:  . bin/activate
# (read it into the shell, do not run it)

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ] ; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ] ; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
        export PYTHONHOME
        unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ] ; then
        PS1="$_OLD_VIRTUAL_PS1"
        unset _OLD_VIRTUAL_PS1
    fi
    hash -r 2> /dev/null || true
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    if [ "${1:-}" != "nondestructive" ] ; then
        unset -f deactivate
    fi
}

deactivate nondestructive

VIRTUAL_ENV=@PREFIX@
VIRTUAL_ENV_PROMPT=@PROMPT@
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT

_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH

if [ -n "${PYTHONHOME:-}" ] ; then
    _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi

if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ] ; then
    _OLD_VIRTUAL_PS1="${PS1:-}"
    PS1="($VIRTUAL_ENV_PROMPT) ${PS1:-}"
    export PS1
fi

hash -r 2> /dev/null || true
)sh";

constexpr std::string_view kActivateCsh = R"csh(# For csh and tcsh:  source bin/activate.csh

alias deactivate 'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH" && unset _OLD_VIRTUAL_PATH; rehash; test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT" && unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; test "\!:*" != "nondestructive" && unalias deactivate'

deactivate nondestructive

setenv VIRTUAL_ENV @PREFIX@
setenv VIRTUAL_ENV_PROMPT @PROMPT@

set _OLD_VIRTUAL_PATH="$PATH"
setenv PATH "$VIRTUAL_ENV/bin:$PATH"

if (! "$?VIRTUAL_ENV_DISABLE_PROMPT") then
    if ($?prompt) then
        set _OLD_VIRTUAL_PROMPT="$prompt"
        set prompt = "($VIRTUAL_ENV_PROMPT) $prompt:q"
    endif
endif

rehash
)csh";

constexpr std::string_view kActivateFish = R"fish(# For fish:  source bin/activate.fish

function deactivate -d "Leave the virtual environment"
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if functions -q _old_fish_prompt
        functions -e fish_prompt
        functions -c _old_fish_prompt fish_prompt
        functions -e _old_fish_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end

deactivate nondestructive

set -gx VIRTUAL_ENV @PREFIX@
set -gx VIRTUAL_ENV_PROMPT @PROMPT@

set -gx _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/bin" $PATH

if set -q PYTHONHOME
    set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _old_fish_prompt
    function fish_prompt
        set -l old_status $status
        printf '(%s) ' "$VIRTUAL_ENV_PROMPT"
        echo "exit $old_status" | .
        _old_fish_prompt
    end
end
)fish";

constexpr std::string_view kActivatePs1 = R"ps1(# For PowerShell:  . bin/Activate.ps1

function global:deactivate([switch]$NonDestructive) {
    if (Test-Path variable:_OLD_VIRTUAL_PATH) {
        $env:PATH = $global:_OLD_VIRTUAL_PATH
        Remove-Variable "_OLD_VIRTUAL_PATH" -Scope global
    }
    if (Test-Path function:_old_virtual_prompt) {
        $function:prompt = $function:_old_virtual_prompt
        Remove-Item function:\_old_virtual_prompt
    }
    if ($env:VIRTUAL_ENV) {
        Remove-Item env:VIRTUAL_ENV -ErrorAction SilentlyContinue
        Remove-Item env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue
    }
    if (!$NonDestructive) { Remove-Item function:deactivate }
}

deactivate -NonDestructive

$env:VIRTUAL_ENV = @PREFIX@
$env:VIRTUAL_ENV_PROMPT = @PROMPT@

New-Variable -Scope global -Name _OLD_VIRTUAL_PATH -Value $env:PATH
$env:PATH = "$env:VIRTUAL_ENV/bin" + [System.IO.Path]::PathSeparator + $env:PATH

if (!$env:VIRTUAL_ENV_DISABLE_PROMPT) {
    function global:_old_virtual_prompt { "" }
    $function:_old_virtual_prompt = $function:prompt
    function global:prompt {
        $previous = & $function:_old_virtual_prompt
        "($env:VIRTUAL_ENV_PROMPT) " + $previous
    }
}
)ps1";

std::string in_single_quotes(std::string_view text, std::string_view quote) {
  return cat("'", base::replace_all(text, "'", quote), "'");
}

std::string filled(std::string_view form, const std::string& prefix, const std::string& prompt) {
  // The prompt last: then a prefix cannot be mistaken for its placeholder.
  const std::size_t at = form.find("@PREFIX@"), then = form.find("@PROMPT@");
  return cat(form.substr(0, at), prefix, form.substr(at + 8, then - at - 8), prompt,
             form.substr(then + 8));
}

std::string fish_quoted(std::string_view text) {
  return in_single_quotes(base::replace_all(text, "\\", "\\\\"), "\\'");
}

std::string csh_quoted(std::string_view text) {
  return base::replace_all(in_single_quotes(text, "'\\''"), "!", "\\!");
}

}  // namespace

std::vector<ActivationScript> activation_scripts(const std::string& prefix,
                                                 const std::string& prompt) {
  const auto sh = [](std::string_view text) { return in_single_quotes(text, "'\\''"); };
  const auto powershell = [](std::string_view text) { return in_single_quotes(text, "''"); };
  return {{"activate", filled(kActivateSh, sh(prefix), sh(prompt))},
          {"activate.csh", filled(kActivateCsh, csh_quoted(prefix), csh_quoted(prompt))},
          {"activate.fish", filled(kActivateFish, fish_quoted(prefix), fish_quoted(prompt))},
          {"Activate.ps1", filled(kActivatePs1, powershell(prefix), powershell(prompt))}};
}

}  // namespace pipit::env
