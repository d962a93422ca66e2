// Activation is a convenience: it sets PATH, VIRTUAL_ENV and the prompt, unsets PYTHONHOME, and
// `deactivate` restores everything. The variables have their usual names, since prompts and editors
// look for them.
#include "env/python/activate.h"

#include "base/text.h"

namespace pipit::env {

namespace {

// An environment that is active already is left first, whoever made it: "deactivate nondestructive"
// is what all of them understand, and so are the names that begin with _OLD_VIRTUAL.
constexpr std::string_view kActivateSh = R"sh(# For sh, bash, zsh, ksh:  . bin/activate
# (read it into the shell, do not run it)

case "$(command -v deactivate)" in
deactivate) deactivate nondestructive ;;
esac

VIRTUAL_ENV=@PREFIX@
VIRTUAL_ENV_PROMPT=@PROMPT@
_OLD_VIRTUAL_PATH=$PATH
_OLD_VIRTUAL_PYTHONHOME=${PYTHONHOME-}
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT
unset PYTHONHOME
case "${VIRTUAL_ENV_DISABLE_PROMPT-}" in
'') _OLD_VIRTUAL_PS1=${PS1-} PS1="($VIRTUAL_ENV_PROMPT) ${PS1-}" && export PS1 ;;
esac

# Puts back what is kept in those variables; without them there is nothing to put back.
deactivate () {
    PATH=${_OLD_VIRTUAL_PATH-$PATH}
    PS1=${_OLD_VIRTUAL_PS1-${PS1-}}
    case "${_OLD_VIRTUAL_PYTHONHOME-}" in
    ?*) PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME && export PYTHONHOME ;;
    esac
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME
    case "${1-}" in
    nondestructive) ;;
    *) unset -f deactivate ;;
    esac
    hash -r 2> /dev/null || :
}

hash -r 2> /dev/null || :
)sh";

// A line is read as a whole before it is carried out, so what may not be set has lines of its own.
constexpr std::string_view kActivateCsh = R"csh(# For csh and tcsh:  source bin/activate.csh

if ($?_OLD_VIRTUAL_PATH) then
    setenv PATH "$_OLD_VIRTUAL_PATH"
endif
if ($?_OLD_VIRTUAL_PROMPT) then
    set prompt = "$_OLD_VIRTUAL_PROMPT:q"
endif

setenv VIRTUAL_ENV @PREFIX@
setenv VIRTUAL_ENV_PROMPT @PROMPT@
set _OLD_VIRTUAL_PATH = "$PATH"
setenv PATH "${VIRTUAL_ENV}/bin:$PATH"
alias _virtual_env_prompt ':'
if ($?prompt && ! $?VIRTUAL_ENV_DISABLE_PROMPT) then
    set _OLD_VIRTUAL_PROMPT = "$prompt:q"
    set prompt = "($VIRTUAL_ENV_PROMPT) $prompt:q"
    alias _virtual_env_prompt 'set prompt = "$_OLD_VIRTUAL_PROMPT:q"'
endif
rehash

alias deactivate 'setenv PATH "$_OLD_VIRTUAL_PATH"; _virtual_env_prompt; unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; unalias _virtual_env_prompt deactivate; :'
)csh";

constexpr std::string_view kActivateFish = R"fish(# For fish:  source bin/activate.fish

functions -q deactivate; and deactivate nondestructive

set -gx VIRTUAL_ENV @PREFIX@
set -gx VIRTUAL_ENV_PROMPT @PROMPT@
set -g _OLD_VIRTUAL_PATH $PATH
set -gx PATH $VIRTUAL_ENV/bin $PATH
if set -q PYTHONHOME
    set -g _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

function _virtual_env_status -d "Ends with that status, for the prompt to show"
    return $argv[1]
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _prompt_without_env
    function fish_prompt
        set -l last $status
        echo -n "($VIRTUAL_ENV_PROMPT) "
        _virtual_env_status $last
        _prompt_without_env
    end
end

function deactivate -d "Leave the virtual environment"
    set -q _OLD_VIRTUAL_PATH; and set -gx PATH $_OLD_VIRTUAL_PATH
    set -q _OLD_VIRTUAL_PYTHONHOME; and set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
    set -e VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME
    if functions -q _prompt_without_env
        functions -e fish_prompt
        functions -c _prompt_without_env fish_prompt
    end
    functions -e _prompt_without_env _virtual_env_status
    contains nondestructive $argv; or functions -e deactivate
end
)fish";

constexpr std::string_view kActivatePs1 = R"ps1(# For PowerShell:  . bin/Activate.ps1

if (Get-Command deactivate -CommandType Function -ErrorAction Ignore) { deactivate -NonDestructive }

$global:BeforeVirtualEnv = @{ Path = $env:PATH; Prompt = $function:prompt }
$env:VIRTUAL_ENV = @PREFIX@
$env:VIRTUAL_ENV_PROMPT = @PROMPT@
$env:PATH = "$env:VIRTUAL_ENV/bin" + [IO.Path]::PathSeparator + $env:PATH
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    function global:prompt { "($env:VIRTUAL_ENV_PROMPT) " + (& $global:BeforeVirtualEnv.Prompt) }
}

function global:deactivate([switch]$NonDestructive) {
    if ($global:BeforeVirtualEnv) {
        $env:PATH = $global:BeforeVirtualEnv.Path
        Set-Item Function:global:prompt $global:BeforeVirtualEnv.Prompt
        Remove-Variable BeforeVirtualEnv -Scope Global
    }
    Remove-Item Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT -ErrorAction Ignore
    if (-not $NonDestructive) { Remove-Item Function:deactivate }
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
