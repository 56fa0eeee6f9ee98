/**
 * The formats and names that secrets are known by.
 *
 * The rules are our own table. secretlint's are asynchronous and of some thirty issuers, each an engine for a linter;
 * those of gitleaks are written for Go's regular expressions, with its own entropy and allow lists around them, and are
 * in no npm package. Neither finds passwords that people choose, keys whose beginning was cut off, or knows the
 * names of values in code. What they know of issuers' formats is in this table, which
 * `test/unit/privacy/planted-secrets.test.ts` measures. Every quantifier is bounded, so that no input makes a rule slow.
 */
import {
  changesOfKind,
  entropy,
  isBasicCredential,
  isNamedPassword,
  isPlaceholder,
  isSecretValue,
  isUnmistakable,
  looksChosen,
  looksRandom,
  looksScrambled,
  wordLikeness,
} from "./secret-values.ts";

/** What one kind of secret is found by, and what of that is none. */
export interface Rule {
  /** Text without it cannot match: a cheap way out. Empty where the pattern itself is as fast. */
  readonly mark: string;
  /** Flags "g" and, with a group named `secret`, "d". */
  readonly pattern: RegExp;
  accepts(secret: string, match: RegExpExecArray): boolean;
}

/** Documented token formats that begin with a prefix of their own. */
const PREFIXED_TOKENS = [
  // Amazon Web Services: access key ids (the secret half is found by its name), and Bedrock keys.
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])",
  "ABSK[A-Za-z0-9+/]{100,200}={0,2}",
  // GitHub, GitLab, Bitbucket, Atlassian
  "gh[pousr]_[A-Za-z0-9]{36,255}",
  "github_pat_[A-Za-z0-9_]{40,255}",
  "gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\\w.-]{20,300}",
  "ATBB[A-Za-z0-9]{32}(?![A-Za-z0-9])",
  "ATATT3[\\w=-]{100,300}",
  // Meta
  "EAA[A-Z][A-Za-z0-9]{80,300}(?![A-Za-z0-9])",
  // Slack
  "xox[abeoprs]-[\\w.-]{20,300}",
  "xapp-\\d-[\\w-]{20,300}",
  // Stripe, Square, PayPal's Braintree, Shopify, Plaid
  "(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,250}",
  "whsec_[A-Za-z0-9+/=]{24,100}",
  "sq0(?:atp|csp)-[\\w-]{22,60}",
  "EAAA[\\w-]{60}(?![\\w-])",
  "access_token\\$production\\$[a-z0-9]{16}\\$[a-f0-9]{32}",
  "shp(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{32}",
  // Google
  "AIza[\\w-]{35}(?![\\w-])",
  "GOCSPX-[\\w-]{28}",
  "AAAA[\\w-]{7}:APA91b[\\w-]{120,180}",
  "ya29\\.[\\w-]{30,500}",
  "1//0[\\w-]{40,250}",
  // Microsoft Azure DevOps, Alibaba, Tencent, DigitalOcean, Scaleway, Yandex
  "LTAI[A-Za-z0-9]{20}(?![A-Za-z0-9])",
  "AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])",
  "do[opr]_v1_[a-f0-9]{64}",
  "t1\\.[A-Z0-9a-z_-]{80,300}={0,2}",
  // Package registries
  "npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])",
  "pypi-AgE[\\w-]{50,300}",
  "rubygems_[a-f0-9]{48}",
  "cio[A-Za-z0-9]{32}(?![A-Za-z0-9])",
  "oy2[a-z0-9]{43}(?![A-Za-z0-9])",
  "dckr_(?:pat|oat)_[\\w-]{20,100}",
  "AKCp[A-Za-z0-9]{69,75}",
  "CLOJARS_[a-z0-9]{60}",
  // Models and data for them
  "sk-ant-[\\w-]{24,200}",
  "sk-(?:proj|svcacct|admin|None)-[\\w-]{30,250}",
  "sk-or-v1-[a-f0-9]{64}",
  "sk-lf-[a-f0-9-]{36}",
  "sk-[A-Za-z0-9]{32,64}(?![\\w-])",
  "hf_[A-Za-z]{34}(?![A-Za-z0-9])",
  "api_org_[A-Za-z]{34}",
  "gsk_[A-Za-z0-9]{48,60}",
  "xai-[A-Za-z0-9]{70,90}",
  "pplx-[A-Za-z0-9]{40,60}",
  "r8_[A-Za-z0-9]{37}(?![A-Za-z0-9])",
  "csk-[a-z0-9]{40,60}",
  "nvapi-[\\w-]{60,80}",
  "fw_[A-Za-z0-9]{22,24}(?![A-Za-z0-9])",
  "tgp_v1_[\\w-]{40,60}",
  "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}",
  "pcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,80}",
  "tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,50}",
  "jina_[A-Za-z0-9]{60,70}",
  // Infrastructure
  "dapi[a-f0-9]{32}(?:-\\d)?(?![A-Za-z0-9])",
  "dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[\\w-]{2,35}\\.)?[A-Za-z0-9]{40,44}",
  "hv[sbr]\\.[\\w-]{24,300}",
  "pul-[a-f0-9]{40}",
  "pscale_(?:tkn|pw|oauth)_[\\w.=-]{32,64}",
  "sbp_[a-f0-9]{40}",
  "sb_secret_[\\w-]{20,60}",
  "fo1_[\\w-]{43}",
  "fm[12][ra]?_[A-Za-z0-9+/=]{100,600}",
  "nfp_[A-Za-z0-9]{36,44}",
  "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}",
  "HRKU-[\\w-]{36,64}",
  "tskey-(?:auth|api|client|scim|webhook)-[\\w-]{20,80}",
  "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
  "ops_eyJ[A-Za-z0-9+/]{200,1200}={0,3}",
  "A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-(?:[A-Z0-9]{5}-){2,3}[A-Z0-9]{5}",
  "EZ[AT]K[a-zA-Z0-9]{54}",
  "ops_[A-Za-z0-9]{40,60}",
  // Observability
  "NRAK-[A-Z0-9]{27}",
  "NRII-[\\w-]{32}",
  "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}",
  "glc_[A-Za-z0-9+/]{32,400}={0,3}",
  "sntry[su]_[A-Za-z0-9+/=_]{64,400}",
  "dd[a-z]?_[a-f0-9]{32,40}(?![A-Za-z0-9])",
  "phx_[A-Za-z0-9]{40,60}",
  "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}",
  // Mail and messages
  "SG\\.[\\w-]{22}\\.[\\w-]{43}",
  "key-[a-f0-9]{32}(?![A-Za-z0-9])",
  "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
  "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
  "SK[a-f0-9]{32}(?![A-Za-z0-9])",
  // Tools
  "ntn_[A-Za-z0-9]{40,60}",
  "secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])",
  "fig[dor]_[\\w-]{40,60}",
  "PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
  "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}",
  "CFPAT-[\\w-]{43}",
  "bkua_[a-f0-9]{40}",
  "CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}",
  "sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}",
  "sl\\.(?:u\\.)?[\\w-]{130,1500}",
  "rdme_[a-z0-9]{70}",
  "sk\\.eyJ[\\w-]{60,300}\\.[\\w-]{20,40}",
  // Laravel's 32 bytes
  "base64:[A-Za-z0-9+/]{43}=(?![\\w=])",
  "tfp_[\\w-]{40,60}",
  "shippo_(?:live|test)_[a-f0-9]{40}",
  "pnu_[A-Za-z0-9]{36}",
  "duffel_(?:live|test)_[\\w=-]{43}",
  "PRIVATE-TOKEN-[\\w-]{20,60}",
  "eyJ[\\w-]{10,2000}\\.eyJ[\\w-]{10,8000}\\.[\\w-]{10,2000}",
];

/** Names that make a random value a secret. Matched inside longer names: `DB_PASSWORD`, `clientSecretValue`. */
const SECRET_NAME =
  "(?:passw(?:or)?d|passphrase|passcode|pwd|(?<![a-z])pass(?![a-z])|secret|token|credential|" +
  "(?:api|app|access|account|auth|client|consumer|encrypt(?:ion)?|decrypt(?:ion)?|license|master|private|secret|service|" +
  "session|shared|signing|subscription|webhook|write|admin|deploy|root)[_.-]?key|" +
  "authorization|bearer|(?<![a-z])auth(?![a-z])|(?<![a-z])jwt(?![a-z])|hmac|nonce_?secret|(?<![a-z])salt(?![a-z]))";

/** From a name to its quoted value: `Name: string = "`, `'name' => '`, `setName("`, `"X-Name", "`. */
const TO_QUOTE =
  "[\\w.-]{0,30}[\"'`\\]]{0,2}(?:[ \\t]{0,3}:?[ \\t]{0,3}[&*]?[A-Za-z]\\w{0,19}\\??)?[ \\t]{0,8}" +
  "(?::=|=>|\\?\\?=?|\\|\\|=?|[!=]==?|[:=,(])\\s{0,8}(?:[A-Za-z@$]{1,2})?";

/** Of a private key, behind `BEGIN` or `END`. */
export const ARMOUR = "(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?";

/** What stands between two lines of an armoured key: line ends, or the borders of string literals. */
const BETWEEN = "(?:\\\\[nrt]|[\\s\"'`+,\\\\])";

/** A certificate is shorter: what is looked back through for each line. */
const PUBLIC_ARMOUR_CHARS_MAX = 16_384;

/** Whether a line belongs to a certificate or a public key, which are no secrets. */
function isInPublicArmour({ input, index }: RegExpExecArray): boolean {
  const before = input.slice(Math.max(0, index - PUBLIC_ARMOUR_CHARS_MAX), index);
  const begin = before.lastIndexOf("-----BEGIN ");
  const end = before.lastIndexOf("-----END ");
  return begin > end && !before.slice(begin, begin + 60).includes("PRIVATE KEY");
}

/** In no order: a text is searched for each. */
export const RULES: readonly Rule[] = [
  {
    mark: "",
    pattern: new RegExp(`(?<![A-Za-z0-9])(?:${PREFIXED_TOKENS.join("|")})`, "g"),
    accepts: (secret) => !/example|your[_-]|x{6,}|0{12,}/i.test(secret) && entropy(secret) >= 2.8,
  },
  {
    // An armoured private key, also in string literals of one line each, also without its end where a file was cut.
    mark: "PRIVATE KEY",
    pattern: new RegExp(
      `-----BEGIN ${ARMOUR}-----(?:\\s{0,4}[A-Za-z-]{3,20}: [^\\n"'\\\\]{1,100}\\n){0,6}` +
        `(?:${BETWEEN}{1,80}[A-Za-z0-9+/]{16,16000}={0,2}){1,400}` +
        `(?:(?:${BETWEEN}{1,80}=?[A-Za-z0-9+/]{1,15}={0,2}){0,2}${BETWEEN}{0,80}-----END ${ARMOUR}-----)?`,
      "g",
    ),
    accepts: (secret) => !/(.)\1{15}/.test(secret),
  },
  {
    mark: "PuTTY-User-Key-File",
    pattern: /Private-Lines: \d{1,3}\s{1,4}(?<secret>(?:[A-Za-z0-9+/=]{1,80}\r?\n){1,200})/dg,
    accepts: () => true,
  },
  {
    mark: "",
    pattern: new RegExp(`${SECRET_NAME}${TO_QUOTE}(["'\`])(?<secret>[^\\s"'\`]{8,512})\\1`, "dgi"),
    accepts: (secret, match) => isSecretValue(secret, match[0]),
  },
  {
    // `KEY=value` without quotes, anywhere: env files, shell, query strings, connection strings.
    mark: "=",
    pattern: new RegExp(
      `(?:${SECRET_NAME}[\\w.-]{0,30}|[?&]sig(?:nature)?)=(?<secret>[\\w.~+/=!@#%^*-]{8,512})(?![\\w("'\`$\\[{])`,
      "dgi",
    ),
    accepts: (secret, match) => isSecretValue(secret, match[0]) && !/^[\w.]*\.[a-z]\w*$/i.test(secret),
  },
  {
    // `name: value` or `name = value` as a line of its own: YAML, INI, properties.
    mark: "",
    pattern: new RegExp(
      `^[ \\t]{0,40}(?:- |export |set |env )?["']?[\\w.-]{0,40}${SECRET_NAME}[\\w.-]{0,30}["']?[ \\t]{0,4}[:=][ \\t]{1,8}` +
        `(?<secret>[\\w.~+/=!@#%^*-]{8,512})[ \\t]{0,8}(?:#[^\\n]{0,200})?\\r?$`,
      "dgim",
    ),
    accepts: (secret, match) => isSecretValue(secret, match[0]) && !/^[\w.]*\.[a-z]\w*$/i.test(secret),
  },
  {
    // The same with signs that end a value elsewhere: a generated key, a password that somebody chose.
    mark: "",
    pattern: new RegExp(
      `^[ \\t]{0,40}(?:- |export |set |env )?["']?[\\w.-]{0,40}${SECRET_NAME}[\\w.-]{0,30}["']?[ \\t]{0,4}[:=][ \\t]{0,8}` +
        `(?<secret>[^\\s"'\`,;{}<>\\\\]{8,200})[ \\t]{0,8}\\r?$`,
      "dgim",
    ),
    accepts: (secret, match) =>
      isUnmistakable(secret) ||
      (!isPlaceholder(secret) && (looksScrambled(secret) || looksChosen(secret, isNamedPassword(match[0])))),
  },
  {
    // PHP: `define('AUTH_KEY', '…')`
    mark: "define",
    pattern: /\bdefine\(\s{0,4}["'][A-Z_]{0,40}(?:_KEY|_SALT)["'],\s{0,20}(["'])(?<secret>[^\n"']{32,128})\1/dg,
    // Such a salt holds all that a placeholder is known by.
    accepts: (secret) => entropy(secret) >= 4.3 && /\d/.test(secret) && !secret.includes(" "),
  },
  {
    // A header's line inside a command or a literal.
    mark: ":",
    pattern:
      /\b(?:x-[a-z-]{0,30}(?:key|token|secret)|private-token|api-?key):[ \t]{0,4}(?<secret>[\w.~+/=-]{16,300})(?![\w(])/dgi,
    accepts: (secret) => !isPlaceholder(secret) && looksRandom(secret),
  },
  {
    mark: "-",
    pattern:
      /\b(?:sshpass|docker|podman|helm|mysql\w{0,10}|mariadb|mongo\w{0,10}|redis-cli|az|oc|vault|gh|npm)\b[^\n]{0,200}?[ \t](?:-p[ \t]?|--(?:password|token|secret)[ =])["']?(?<secret>[^\s"'`$<{;:,/][^\s"'`$<{;:,]{7,200})/dg,
    accepts: (secret) => isSecretValue(secret, "password"),
  },
  {
    // A line of a private key alone, as a context that begins or ends within one has it: 64 or 70 characters of base64.
    mark: "",
    pattern: /^[ \t]{0,40}["'`]?(?<secret>[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70})(?:\\n)?["'`]?[ \t,+]{0,4}\r?$/dgm,
    accepts: (secret, match) =>
      !isInPublicArmour(match) &&
      entropy(secret) >= 4.6 &&
      changesOfKind(secret) >= secret.length * 0.4 &&
      wordLikeness(secret) < 0.5,
  },
  {
    mark: "password ",
    pattern: /^[ \t]{0,40}password[ \t]{1,8}(?<secret>[^\s"'`<>$(){};]{8,200})[ \t]{0,8}\r?$/dgm,
    accepts: (secret) => isSecretValue(secret, "password"),
  },
  {
    // `.netrc`
    mark: "machine",
    pattern:
      /\bmachine\s{1,8}\S{1,200}\s{1,20}login\s{1,8}\S{1,200}\s{1,20}password\s{1,8}(?<secret>[^\s<$"']{4,200})/dg,
    accepts: (secret) => !isPlaceholder(secret),
  },
  {
    // `scheme://user:password@host`
    mark: "://",
    pattern: /:\/\/[^\s:@/"'`<>]{0,100}:(?<secret>[^\s@/"'`<>{}$()\\]{3,200})@(?!example\b)[\w.[{$%-]/dg,
    accepts: (secret) =>
      !isPlaceholder(secret) && !/^(?:%s|\*+|x+|pass\w*|pwd|pw|user\w*|root|guest|admin|token|key)$/i.test(secret),
  },
  {
    // `Server=…;User Id=…;Password=…;`
    mark: ";",
    pattern: /;\s{0,2}(?:password|pwd)=(?<secret>[^;\s"'`{}<>$%]{6,200})(?=[;"'`])/dgi,
    accepts: (secret) => !isPlaceholder(secret) && (/\d/.test(secret) || changesOfKind(secret) >= secret.length * 0.35),
  },
  {
    mark: "",
    pattern: /\b(?:bearer|token)[ \t]{1,3}(?<secret>[\w.~+/-]{20,2000}={0,2})(?![\w(])/dgi,
    accepts: (secret) => looksRandom(secret),
  },
  {
    mark: "",
    pattern: /\bbasic[ \t]{1,3}(?<secret>[A-Za-z0-9+/]{12,400}={0,2})(?![\w(+/=])/dgi,
    accepts: isBasicCredential,
  },
  {
    // curl -u user:password
    mark: "curl",
    pattern: /\bcurl\b[^\n]{0,300}?[ \t](?:-u|--user)[ =]?["']?[\w.@-]{1,60}:(?<secret>[^\s"'`$<{]{6,200})/dg,
    accepts: (secret) => !isPlaceholder(secret) && !/^(?:pass\w*|token)$/i.test(secret),
  },
  {
    mark: "_auth",
    pattern: /:_auth(?:Token)?\s?=\s?"?(?<secret>[\w./+=-]{12,300})/dg,
    accepts: (secret) => !isPlaceholder(secret),
  },
  {
    mark: "hooks.slack.com",
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/]{20,120})/dg,
    accepts: (secret) => !isPlaceholder(secret) && entropy(secret) >= 3,
  },
  {
    mark: "/api/webhooks/",
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{10,20}\/(?<secret>[\w-]{40,100})/dg,
    accepts: (secret) => !isPlaceholder(secret),
  },
  {
    mark: "webhook.office.com",
    pattern: /webhook\.office\.com\/webhookb2\/(?<secret>[\w@/-]{60,300})/dg,
    accepts: (secret) => !isPlaceholder(secret),
  },
  {
    // Discord bot tokens
    mark: ".",
    pattern: /(?<![\w.-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w.-])/g,
    accepts: (secret) => looksRandom(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret),
  },
  {
    // Microsoft Entra client secrets
    mark: "Q~",
    pattern: /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])/g,
    accepts: (secret) => entropy(secret) >= 3,
  },
  {
    // Terraform Cloud
    mark: ".atlasv1.",
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/g,
    accepts: () => true,
  },
  {
    // Mailchimp
    mark: "-us",
    pattern: /(?<![A-Za-z0-9])[a-f0-9]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
    accepts: (secret) => entropy(secret) >= 2.8,
  },
  {
    // Telegram bots
    mark: ":AA",
    pattern: /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g,
    accepts: (secret) => entropy(secret) >= 3,
  },
];
