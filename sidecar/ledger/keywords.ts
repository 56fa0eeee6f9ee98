/** Words that belong to a language, not to who writes in it: an anonymised text keeps them. */
const C_LIKE =
  "break case char const continue default do double else enum extern float for goto if int long return short signed " +
  "sizeof static struct switch typedef union unsigned void volatile while";
const OBJECTS =
  "abstract bool boolean byte catch class extends false final finally implements import instanceof interface native " +
  "new null package private protected public super synchronized this throw throws transient true try";
const SCRIPT =
  "any as async await const debugger declare delete export from function get in infer is keyof let module namespace " +
  "never number of override readonly require satisfies set string symbol type typeof undefined unknown using var with " +
  "yield constructor";

const BY_LANGUAGE: Readonly<Record<string, string>> = {
  typescript: `${C_LIKE} ${OBJECTS} ${SCRIPT}`,
  python:
    "False None True and as assert async await break case class continue def del elif else except finally for from " +
    "global if import in is lambda match nonlocal not or pass raise return self try while with yield",
  go:
    "any bool break byte case chan complex64 complex128 const continue default defer else error fallthrough false " +
    "float32 float64 for func go goto if import int int8 int16 int32 int64 interface iota map nil package range return " +
    "rune select string struct switch true type uint uint8 uint16 uint32 uint64 uintptr var",
  rust:
    "as async await bool box break char const continue crate dyn else enum extern f32 f64 false fn for i8 i16 i32 i64 " +
    "i128 if impl in isize let loop match mod move mut pub ref return self Self static str struct super trait true " +
    "type u8 u16 u32 u64 u128 union unsafe use usize where while",
  java: `${C_LIKE} ${OBJECTS} assert exports permits record requires sealed strictfp var yield`,
  csharp:
    `${C_LIKE} ${OBJECTS} as async await base checked decimal delegate event explicit fixed foreach get implicit in ` +
    "internal is lock namespace object operator out override params readonly record ref sbyte sealed set stackalloc " +
    "string uint ulong unchecked unsafe ushort using value var virtual where yield",
  cpp:
    `${C_LIKE} ${OBJECTS} alignas alignof and auto co_await co_return co_yield concept constexpr const_cast decltype ` +
    "delete dynamic_cast explicit export friend include define ifdef ifndef endif pragma inline mutable namespace " +
    "noexcept not nullptr operator or override register reinterpret_cast requires static_cast static_assert template " +
    "thread_local typeid typename using virtual wchar_t",
  shellscript:
    "if then else elif fi case esac for select while until do done in function time return exit local export",
  ruby:
    "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil " +
    "not or redo rescue retry return self super then true undef unless until when while yield require",
  php:
    `${C_LIKE} ${OBJECTS} array as clone echo elseif empty endif endfor endforeach endwhile fn foreach function global ` +
    "include include_once isset list match namespace print require require_once trait unset use var xor yield php",
};
const ALIASES: Readonly<Record<string, string>> = {
  javascript: "typescript",
  javascriptreact: "typescript",
  typescriptreact: "typescript",
  c: "cpp",
};

const SETS = new Map(Object.entries(BY_LANGUAGE).map(([language, words]) => [language, new Set(words.split(" "))]));
const NONE: ReadonlySet<string> = new Set();

/** Keywords of a language by its identifier in the editor; none are known of others. */
export function keywordsOf(languageId: string): ReadonlySet<string> {
  return SETS.get(ALIASES[languageId] ?? languageId) ?? NONE;
}
