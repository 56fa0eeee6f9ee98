/**
 * Made-up secrets of many kinds, in the forms their issuers document, planted where such things are found: in code, env
 * files, JSON, YAML, connection strings, headers and commands. All are drawn under a seed; none was ever issued. They are
 * put together here from parts, so that no scanner takes this file for a leak.
 */
import { redact } from "../../privacy/redact.ts";
import { createRandom } from "../../sidecar/base/random.ts";

export interface PlantedSecret {
  readonly kind: string;
  /** What must not be found anywhere afterwards; of a key in several lines each line. */
  readonly parts: readonly string[];
  /** Source text that holds it. */
  readonly text: string;
  readonly languageId: string;
  /** Ending of a file that holds such text, with the dot. */
  readonly extension: string;
}

type Draw = (length: number, alphabet?: string) => string;

interface Kind {
  readonly name: string;
  readonly draw: (draw: Draw) => string;
  /** Where it stands; `NAME` and `SECRET` are replaced. Without one, in any of {@link PLACES}. */
  readonly places?: readonly Place[];
  /** What such a secret is called, in capitals. Where its form alone tells, a name that says nothing. */
  readonly called?: string;
}

interface Place {
  readonly languageId: string;
  readonly extension: string;
  readonly text: string;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const ALNUM = LOWER + UPPER + DIGITS;
const HEX = "0123456789abcdef";
const BASE32 = `${UPPER}234567`;
const BASE64 = `${ALNUM}+/`;
const URL64 = `${ALNUM}-_`;
const SIGNS = "!@#%^&*=+-_";

function place(languageId: string, extension: string, text: string): Place {
  return { languageId, extension, text };
}

/** Where a value with a name is found. */
const PLACES: readonly Place[] = [
  place("typescript", ".ts", 'export const client = connect({ NAME_CAMEL: "SECRET", retries: 3 });\n'),
  place("typescript", ".ts", "const NAME_CAMEL = 'SECRET';\n"),
  place("python", ".py", 'NAME = "SECRET"\nclient = Client(NAME)\n'),
  place("shellscript", ".sh", "export NAME=SECRET\n./run --quiet\n"),
  place("json", ".json", '{\n  "NAME_CAMEL": "SECRET",\n  "retries": 3\n}\n'),
  place("yaml", ".yml", "services:\n  web:\n    NAME_LOWER: SECRET\n    replicas: 2\n"),
  place("properties", ".conf", "retries=3\nNAME=SECRET\nverbose=true\n"),
  place("go", ".go", 'package main\n\nconst NAME_CAMEL = "SECRET"\n'),
  place("java", ".java", 'class A {\n  private static final String NAME = "SECRET";\n}\n'),
  place("dockerfile", ".dockerfile", "FROM node:24\nENV NAME=SECRET\n"),
  place("toml", ".toml", '[service]\nNAME_LOWER = "SECRET"\n'),
  place("xml", ".xml", '<configuration>\n  <add key="NAME_CAMEL" value="SECRET" />\n</configuration>\n'),
];

const URLS = (scheme: string, rest: string): Place[] => [
  place("typescript", ".ts", `const pool = open("${scheme}://app:SECRET@${rest}");\n`),
  place("shellscript", ".sh", `export STORE_URL=${scheme}://app:SECRET@${rest}\n`),
  place("yaml", ".yml", `store:\n  url: ${scheme}://app:SECRET@${rest}\n`),
  place("json", ".json", `{ "url": "${scheme}://app:SECRET@${rest}" }\n`),
];

const ONE_LINE_KEY: readonly Place[] = [
  place("json", ".json", '{\n  "type": "service_account",\n  "private_key": "SECRET_ESCAPED"\n}\n'),
  place("typescript", ".ts", "const signing = `SECRET`;\n"),
  place("yaml", ".yml", "tls:\n  key: |\nSECRET_INDENTED\n"),
  place("plaintext", ".txt", "SECRET\n"),
];

function armoured(label: string, lines: number): (draw: Draw) => string {
  return (draw) =>
    [
      `-----BEGIN ${label}-----`,
      ...Array.from({ length: lines }, () => draw(64, BASE64)),
      `${draw(42, BASE64)}==`,
      `-----END ${label}-----`,
    ].join("\n");
}

function chosenPassword(draw: Draw): string {
  const words = ["Winter", "Dragon", "Falcon", "Summer", "Monkey", "Purple", "Silver", "Rocket"];
  return `${words[Number(draw(1, "01234567"))]!}${draw(1, "!#%&*")}${draw(4, DIGITS)}${draw(1, LOWER)}`;
}

const KINDS: readonly Kind[] = [
  // Form alone
  { name: "AWS access key id", draw: (draw) => `AKIA${draw(16, BASE32)}` },
  { name: "GitHub token", draw: (draw) => `ghp_${draw(36, ALNUM)}` },
  { name: "GitHub app token", draw: (draw) => `ghs_${draw(36, ALNUM)}` },
  { name: "GitHub fine-grained token", draw: (draw) => `github_pat_${draw(22, ALNUM)}_${draw(59, ALNUM)}` },
  { name: "GitLab token", draw: (draw) => `glpat-${draw(20, URL64)}` },
  { name: "GitLab runner token", draw: (draw) => `glrt-${draw(20, URL64)}` },
  { name: "Slack bot token", draw: (draw) => `xoxb-${draw(12, DIGITS)}-${draw(13, DIGITS)}-${draw(24, ALNUM)}` },
  { name: "Slack app token", draw: (draw) => `xapp-1-A${draw(10, UPPER)}-${draw(13, DIGITS)}-${draw(64, HEX)}` },
  { name: "Stripe key", draw: (draw) => `sk_live_${draw(24, ALNUM)}` },
  { name: "Stripe webhook secret", draw: (draw) => `whsec_${draw(32, ALNUM)}` },
  { name: "Google API key", draw: (draw) => `AIzaSy${draw(33, URL64)}` },
  { name: "Google client secret", draw: (draw) => `GOCSPX-${draw(28, URL64)}` },
  { name: "Google access token", draw: (draw) => `ya29.a0${draw(120, URL64)}` },
  { name: "Firebase server key", draw: (draw) => `AAAA${draw(7, URL64)}:APA91b${draw(134, URL64)}` },
  { name: "Facebook access token", draw: (draw) => `EAACEdEose0cBA${draw(100, ALNUM)}` },
  { name: "npm token", draw: (draw) => `npm_${draw(36, ALNUM)}` },
  { name: "PyPI token", draw: (draw) => `pypi-AgEIcHlwaS5vcmc${draw(120, URL64)}` },
  { name: "RubyGems key", draw: (draw) => `rubygems_${draw(48, HEX)}` },
  { name: "NuGet key", draw: (draw) => `oy2${draw(43, LOWER + DIGITS)}` },
  { name: "Docker Hub token", draw: (draw) => `dckr_pat_${draw(27, URL64)}` },
  { name: "OpenAI project key", draw: (draw) => `sk-proj-${draw(74, URL64)}T3BlbkFJ${draw(74, URL64)}` },
  { name: "Anthropic key", draw: (draw) => `sk-ant-api03-${draw(93, URL64)}AA` },
  { name: "Hugging Face token", draw: (draw) => `hf_${draw(34, LOWER + UPPER)}` },
  { name: "Groq key", draw: (draw) => `gsk_${draw(52, ALNUM)}` },
  { name: "Replicate token", draw: (draw) => `r8_${draw(37, ALNUM)}` },
  { name: "SendGrid key", draw: (draw) => `SG.${draw(22, URL64)}.${draw(43, URL64)}` },
  { name: "Mailgun key", draw: (draw) => `key-${draw(32, HEX)}` },
  { name: "Mailchimp key", draw: (draw) => `${draw(32, HEX)}-us${draw(1, "123456789")}` },
  { name: "Brevo key", draw: (draw) => `xkeysib-${draw(64, HEX)}-${draw(16, ALNUM)}` },
  { name: "Twilio API key", draw: (draw) => `SK${draw(32, HEX)}` },
  { name: "Shopify token", draw: (draw) => `shpat_${draw(32, HEX)}` },
  { name: "Square token", draw: (draw) => `EAAA${draw(60, URL64)}` },
  { name: "DigitalOcean token", draw: (draw) => `dop_v1_${draw(64, HEX)}` },
  { name: "Databricks token", draw: (draw) => `dapi${draw(32, HEX)}` },
  { name: "Vault token", draw: (draw) => `hvs.${draw(90, URL64)}` },
  { name: "Terraform token", draw: (draw) => `${draw(14, ALNUM)}.atlasv1.${draw(67, URL64)}` },
  { name: "Grafana service token", draw: (draw) => `glsa_${draw(32, ALNUM)}_${draw(8, HEX)}` },
  { name: "New Relic key", draw: (draw) => `NRAK-${draw(27, UPPER + DIGITS)}` },
  { name: "Sentry token", draw: (draw) => `sntryu_${draw(64, HEX)}` },
  { name: "Linear key", draw: (draw) => `lin_api_${draw(40, ALNUM)}` },
  { name: "Notion token", draw: (draw) => `ntn_${draw(46, ALNUM)}` },
  { name: "Figma token", draw: (draw) => `figd_${draw(40, URL64)}` },
  { name: "Postman key", draw: (draw) => `PMAK-${draw(24, HEX)}-${draw(34, HEX)}` },
  { name: "Airtable token", draw: (draw) => `pat${draw(14, ALNUM)}.${draw(64, HEX)}` },
  { name: "Doppler token", draw: (draw) => `dp.pt.${draw(43, ALNUM)}` },
  { name: "Pulumi token", draw: (draw) => `pul-${draw(40, HEX)}` },
  { name: "PlanetScale password", draw: (draw) => `pscale_pw_${draw(43, URL64)}` },
  { name: "Supabase token", draw: (draw) => `sbp_${draw(40, HEX)}` },
  { name: "Netlify token", draw: (draw) => `nfp_${draw(40, ALNUM)}` },
  { name: "Tailscale key", draw: (draw) => `tskey-auth-${draw(12, ALNUM)}-${draw(32, ALNUM)}` },
  { name: "Telegram bot token", draw: (draw) => `${draw(10, "123456789")}:AA${draw(33, URL64)}` },
  { name: "Discord bot token", draw: (draw) => `M${draw(23, ALNUM)}.${draw(6, ALNUM)}.${draw(38, ALNUM)}` },
  { name: "Microsoft Entra secret", draw: (draw) => `${draw(3, ALNUM)}8Q~${draw(34, ALNUM)}` },
  { name: "JSON web token", draw: (draw) => `eyJ${draw(33, URL64)}.eyJ${draw(80, URL64)}.${draw(43, URL64)}` },
  { name: "age key", draw: (draw) => `AGE-SECRET-KEY-1${draw(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}` },
  { name: "Mapbox secret token", draw: (draw) => `sk.eyJ${draw(80, ALNUM)}.${draw(22, URL64)}` },
  { name: "Atlassian token", draw: (draw) => `ATATT3xFfGF0${draw(170, URL64)}=${draw(8, HEX.toUpperCase())}` },
  // Name and a random value
  { name: "AWS secret access key", called: "AWS_SECRET_ACCESS_KEY", draw: (draw) => draw(40, BASE64) },
  { name: "Twilio auth token", called: "TWILIO_AUTH_TOKEN", draw: (draw) => draw(32, HEX) },
  { name: "Datadog key", called: "DD_API_KEY", draw: (draw) => draw(32, HEX) },
  { name: "Cloudflare token", called: "CLOUDFLARE_API_TOKEN", draw: (draw) => draw(40, URL64) },
  { name: "Algolia admin key", called: "ALGOLIA_ADMIN_KEY", draw: (draw) => draw(32, HEX) },
  {
    name: "Heroku key",
    called: "HEROKU_API_KEY",
    draw: (draw) => [8, 4, 4, 4, 12].map((length) => draw(length, HEX)).join("-"),
  },
  { name: "Azure DevOps token", called: "AZURE_DEVOPS_TOKEN", draw: (draw) => draw(52, LOWER + DIGITS) },
  { name: "Django secret key", called: "SECRET_KEY", draw: (draw) => draw(50, `${LOWER}${DIGITS}!@#%^&*(-_=+)`) },
  { name: "Laravel key", called: "APP_KEY", draw: (draw) => `base64:${draw(43, BASE64)}=` },
  { name: "Rails master key", called: "RAILS_MASTER_KEY", draw: (draw) => draw(32, HEX) },
  { name: "signing secret", called: "SESSION_SECRET", draw: (draw) => draw(48, ALNUM) },
  { name: "client secret", called: "OAUTH_CLIENT_SECRET", draw: (draw) => draw(40, URL64) },
  { name: "encryption key", called: "ENCRYPTION_KEY", draw: (draw) => draw(64, HEX) },
  { name: "generated password", called: "DB_PASSWORD", draw: (draw) => draw(20, ALNUM + SIGNS) },
  { name: "chosen password", called: "ADMIN_PASSWORD", draw: chosenPassword },
  // A place of their own
  { name: "PostgreSQL address", draw: (draw) => draw(16, ALNUM), places: URLS("postgresql", "db.internal:5432/main") },
  { name: "MySQL address", draw: (draw) => draw(12, ALNUM), places: URLS("mysql", "10.0.0.7/shop") },
  { name: "MongoDB address", draw: (draw) => draw(20, ALNUM), places: URLS("mongodb+srv", "c0.ab1cd.mongodb.net/x") },
  { name: "Redis address", draw: (draw) => draw(24, ALNUM), places: URLS("rediss", "cache.internal:6380/0") },
  { name: "AMQP address", draw: (draw) => draw(18, ALNUM), places: URLS("amqps", "queue.internal/vhost") },
  { name: "address with a password", draw: (draw) => draw(14, ALNUM), places: URLS("https", "files.internal/private") },
  {
    name: "ADO.NET connection string",
    draw: (draw) => draw(16, `${ALNUM}!#*`),
    places: [
      place("csharp", ".cs", 'var c = "Server=db;Database=shop;User Id=sa;Password=SECRET;Encrypt=True;";\n'),
      place("json", ".json", '{ "Default": "Data Source=db;Initial Catalog=shop;User ID=sa;Pwd=SECRET" }\n'),
    ],
  },
  {
    name: "JDBC address",
    draw: (draw) => draw(16, ALNUM),
    places: [
      place("java", ".java", 'var c = open("jdbc:mysql://db:3306/shop?user=app&password=SECRET&useSSL=true");\n'),
      place("properties", ".properties", "spring.datasource.url=jdbc:postgresql://db/shop?user=app&password=SECRET\n"),
      place("properties", ".properties", "spring.datasource.password=SECRET\n"),
    ],
  },
  {
    name: "Azure storage key",
    draw: (draw) => `${draw(86, BASE64)}==`,
    places: [
      place(
        "json",
        ".json",
        '{ "s": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=SECRET;EndpointSuffix=y" }\n',
      ),
      place("shellscript", ".sh", 'export STORE="AccountName=x;AccountKey=SECRET;EndpointSuffix=core.windows.net"\n'),
    ],
  },
  {
    name: "Azure shared access signature",
    draw: (draw) => `${draw(43, ALNUM)}%3D`,
    places: [
      place("typescript", ".ts", 'const u = "https://x.blob.core.windows.net/a/b?sv=2022-11-02&sr=b&sig=SECRET";\n'),
    ],
  },
  {
    name: "Slack webhook",
    draw: (draw) => `T${draw(10, UPPER + DIGITS)}/B${draw(10, UPPER + DIGITS)}/${draw(24, ALNUM)}`,
    places: [place("yaml", ".yml", "notify:\n  url: https://hooks.slack.com/services/SECRET\n")],
  },
  {
    name: "Discord webhook",
    draw: (draw) => draw(68, URL64),
    places: [place("python", ".py", 'HOOK = "https://discord.com/api/webhooks/1234567890123456789/SECRET"\n')],
  },
  {
    name: "basic authorization",
    draw: (draw) => btoa(`admin:${draw(16, ALNUM)}`),
    places: [
      place("http", ".http", "GET https://x.dev/a\nAuthorization: Basic SECRET\n"),
      place("typescript", ".ts", 'const headers = { Authorization: "Basic SECRET" };\n'),
    ],
  },
  {
    name: "bearer token",
    draw: (draw) => draw(40, ALNUM),
    places: [
      place("http", ".http", "GET https://x.dev/a\nAuthorization: Bearer SECRET\n"),
      place("shellscript", ".sh", 'curl -H "Authorization: Bearer SECRET" https://x.dev/a\n'),
      place("shellscript", ".sh", "curl -H 'X-Api-Key: SECRET' https://x.dev/a\n"),
      place("http", ".http", "GET https://x.dev/a\nX-Auth-Token: SECRET\n"),
    ],
  },
  {
    name: "password on a command line",
    draw: (draw) => draw(16, ALNUM),
    places: [
      place("shellscript", ".sh", "curl -u deploy:SECRET https://x.dev/a\n"),
      place("shellscript", ".sh", "mysql --user=app --password=SECRET shop\n"),
      place("shellscript", ".sh", "PGPASSWORD=SECRET psql -h db shop\n"),
      place("shellscript", ".sh", "sshpass -p 'SECRET' ssh app@host\n"),
      place("shellscript", ".sh", "docker login -u app -p SECRET registry.internal\n"),
      place("shellscript", ".sh", "vault login --token SECRET\n"),
    ],
  },
  {
    name: "npm registry token",
    draw: (draw) => draw(36, `${HEX}-`),
    places: [place("properties", ".npmrc", "//registry.internal/:_authToken=SECRET\n")],
  },
  {
    name: "netrc password",
    draw: (draw) => draw(18, ALNUM),
    places: [
      place("plaintext", ".netrc", "machine api.internal\n  login app\n  password SECRET\n"),
      place("plaintext", ".netrc", "machine api.internal login app password SECRET\n"),
    ],
  },
  {
    name: "WordPress salt",
    draw: (draw) => draw(64, `${ALNUM}!@#%^&*()-_[]{}<>~+=,.;:/?|`),
    places: [
      place("php", ".php", "<?php\ndefine('AUTH_KEY',         'SECRET');\n"),
      place("php", ".php", "<?php\ndefine( 'NONCE_SALT', 'SECRET' );\n"),
    ],
  },
  {
    name: "WireGuard key",
    draw: (draw) => `${draw(43, BASE64)}=`,
    places: [place("properties", ".conf", "[Interface]\nPrivateKey = SECRET\nAddress = 10.0.0.2/32\n")],
  },
  {
    name: "Kubernetes secret",
    draw: (draw) => btoa(draw(18, ALNUM)),
    places: [place("yaml", ".yml", "kind: Secret\ndata:\n  username: YXBw\n  password: SECRET\n")],
  },
  { name: "RSA private key", draw: armoured("RSA PRIVATE KEY", 24), places: ONE_LINE_KEY },
  { name: "PKCS #8 private key", draw: armoured("PRIVATE KEY", 25), places: ONE_LINE_KEY },
  { name: "elliptic private key", draw: armoured("EC PRIVATE KEY", 2), places: ONE_LINE_KEY },
  { name: "OpenSSH private key", draw: armoured("OPENSSH PRIVATE KEY", 6), places: ONE_LINE_KEY },
  { name: "encrypted private key", draw: armoured("ENCRYPTED PRIVATE KEY", 26), places: ONE_LINE_KEY },
];

/** How often each kind is planted at most; fewer where it is known from fewer places. */
const TIMES = 5;

/** The same for the same seed. */
export function plantSecrets(seed: number): PlantedSecret[] {
  const random = createRandom(seed);
  const draw: Draw = (length, alphabet = ALNUM) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]!).join("");
  return KINDS.flatMap((kind) => {
    const places = kind.places ?? PLACES;
    const first = Math.floor(random() * places.length);
    return Array.from({ length: TIMES }, (_, n) => plant(kind, kind.draw(draw), places[(first + n) % places.length]!));
  });
}

function plant(kind: Kind, secret: string, { languageId, extension, text }: Place): PlantedSecret {
  const name = kind.called ?? "REMOTE_VALUE";
  const camel = name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const planted = text
    .replaceAll("NAME_CAMEL", camel)
    .replaceAll("NAME_LOWER", name.toLowerCase())
    .replaceAll("NAME", name)
    .replaceAll("SECRET_ESCAPED", () => `${secret.replaceAll("\n", "\\n")}\\n`)
    .replaceAll("SECRET_INDENTED", () => secret.replaceAll(/^/gm, "    "))
    .replaceAll(/(?<![A-Z_])SECRET(?![A-Z_])/g, () => secret);
  const parts = secret.includes("\n") ? secret.split("\n").filter((line) => !line.startsWith("-----")) : [secret];
  return { kind: kind.name, parts, text: planted, languageId, extension };
}

/** Shorter pieces of a secret are found in any text. */
const PIECE_MIN = 10;

/** Which of the secrets stand in a text, wholly or with a piece of twice {@link PIECE_MIN} characters at most. */
export function secretsIn(text: string, secrets: readonly PlantedSecret[]): PlantedSecret[] {
  const owners = new Map<string, PlantedSecret>();
  for (const secret of secrets) for (const piece of piecesOf(secret)) owners.set(piece, secret);
  const found = new Set<PlantedSecret>();
  for (let at = 0; at + PIECE_MIN <= text.length; at++) {
    const owner = owners.get(text.slice(at, at + PIECE_MIN));
    if (owner) found.add(owner);
  }
  return [...found];
}

/** Those of which something is left when the text that holds them is redacted. */
export function missedSecrets(planted: readonly PlantedSecret[]): PlantedSecret[] {
  return planted.filter((secret) => secretsIn(redact(secret.text).text, [secret]).length > 0);
}

/** Each piece that begins at a multiple of half a piece's length. */
function piecesOf({ parts }: PlantedSecret): string[] {
  return parts.flatMap((part) => {
    const starts = Math.max(1, Math.ceil((part.length - PIECE_MIN + 1) / (PIECE_MIN / 2)));
    return Array.from({ length: starts }, (_, n) => part.slice(n * (PIECE_MIN / 2), n * (PIECE_MIN / 2) + PIECE_MIN));
  });
}
