import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { PLACEHOLDER, redact } from "../../../privacy/redact.ts";
import { createDice, seeds } from "../text/dice.ts";

/** Drawn with the secret between ▸ and ◂; both marks are taken out before. */
function check(drawn: string): void {
  const text = drawn.replaceAll(/[▸◂]/g, "");
  const expected = drawn.replaceAll(/▸[^◂]*◂/g, (secret) => PLACEHOLDER + "\n".repeat(secret.split("\n").length - 1));
  const { text: redacted, redactions } = redact(text);
  assert.equal(redacted, expected);
  assert.equal(redactions, drawn.split("▸").length - 1);
  assert.deepEqual(redact(redacted), { text: redacted, redactions: 0 }, "redacted text stays as it is");
}

/** Not one of these is a secret. */
function checkKept(...texts: readonly string[]): void {
  for (const text of texts) assert.deepEqual(redact(text), { text, redactions: 0 });
}

/** A made-up token, the same in each run; put together here so that no scanner takes this file for a leak. */
function fake(prefix: string, length: number, alphabet = "aZ9kQ2xW7mB4tR8vN3pL6cJ5hF1gD0sYeUiOoKrT"): string {
  const random = createRandom(length);
  const pick = (): string => alphabet[Math.floor(random() * alphabet.length)]!;
  return prefix + Array.from({ length }, pick).join("");
}

const HEX = "0f9e1d8c2b7a3645";
const UPPER = "QX7ZK2WMB4TRVN3PL6CJ5HFGDSYE";

suite("redact: documented formats", () => {
  const formats: Readonly<Record<string, string>> = {
    "an AWS access key id": fake("AKIA", 16, UPPER),
    "a temporary AWS access key id": fake("ASIA", 16, UPPER),
    "a GitHub token": fake("ghp_", 36),
    "a GitHub server token": fake("ghs_", 36),
    "a fine-grained GitHub token": fake("github_pat_", 82),
    "a GitLab token": fake("glpat-", 20),
    "a Slack bot token": `xoxb-123456789012-1234567890123-${fake("", 24)}`,
    "a Slack app token": `xapp-1-${fake("", 40)}`,
    "a Stripe key": fake("sk_live_", 24),
    "a restricted Stripe key": fake("rk_test_", 24),
    "a Stripe webhook secret": fake("whsec_", 32),
    "a Google API key": fake("AIza", 35),
    "a Google client secret": fake("GOCSPX-", 28),
    "a Google access token": fake("ya29.", 60),
    "an npm token": fake("npm_", 36),
    "a PyPI token": fake("pypi-AgEIcHlwaS5vcmc", 60),
    "a Docker token": fake("dckr_pat_", 27),
    "an OpenAI key": fake("sk-proj-", 60),
    "an old OpenAI key": fake("sk-", 48),
    "an Anthropic key": fake("sk-ant-api03-", 95),
    "a Hugging Face token": fake("hf_", 34, "aZkQxWmBtRvNpLcJhFgDsYeUiOoKrT"),
    "a Groq key": fake("gsk_", 52),
    "a SendGrid key": `SG.${fake("", 22)}.${fake("", 43)}`,
    "a Mailgun key": fake("key-", 32, HEX),
    "a Mailchimp key": `${fake("", 32, HEX)}-us12`,
    "a Shopify token": fake("shpat_", 32, HEX),
    "a DigitalOcean token": fake("dop_v1_", 64, HEX),
    "a Databricks token": fake("dapi", 32, HEX),
    "a Vault token": fake("hvs.", 90),
    "a Terraform token": `${fake("", 14)}.atlasv1.${fake("", 64)}`,
    "a Grafana token": `${fake("glsa_", 32)}_${fake("", 8, HEX)}`,
    "a Linear key": fake("lin_api_", 40),
    "a Postman key": `${fake("PMAK-", 24, HEX)}-${fake("", 34, HEX)}`,
    "a Telegram bot token": `123456789:AA${fake("", 33)}`,
    "an Entra client secret": `aB38Q~${fake("", 34)}`,
    "a JSON web token": `${fake("eyJ", 30)}.${fake("eyJ", 60)}.${fake("", 43)}`,
    "an age key": fake("AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
  };
  for (const [name, token] of Object.entries(formats)) {
    test(`takes ${name} out, whatever stands around it`, () => {
      check(`const client = connect("▸${token}◂", 42);\nclient.run();\n`);
      check(`curl https://x.dev -d ▸${token}◂\n`);
    });
  }

  test("takes a token out of the middle of a URL and twice out of a line", () => {
    const token = fake("ghp_", 36);
    check(`git clone https://▸${token}◂@github.com/a/b\nuse("▸${token}◂", "▸${token}◂")`);
  });

  test("leaves the examples of documentation and what only begins like a token", () => {
    checkKept(
      'const id = "AKIAIOSFODNN7EXAMPLE";',
      `token = "ghp_${"x".repeat(36)}"`,
      'const prefix = "sk_live_"; const rest = "ghp_";',
      "import { sk_test_helpers } from './sk-test-helpers';",
      "npm_config_registry npm_lifecycle_event hf_hub_download_with_retries",
      'const OPENAI_API_KEY = "sk-your-key-here";',
      "AKIAshi was here, ASIA too",
    );
  });

  test("takes webhook addresses out", () => {
    check(`post("https://hooks.slack.com/services/▸T0AB12CD3/B0EF45GH6/${fake("", 24)}◂")`);
    check(`post("https://discord.com/api/webhooks/123456789012345678/▸${fake("", 68)}◂")`);
  });
});

suite("redact: private keys", () => {
  const body = Array.from({ length: 5 }, (_, at) => fake(`MIIE${at}`, 59)).join("\n");
  const begin = "-----BEGIN RSA PRIVATE KEY-----";
  const end = "-----END RSA PRIVATE KEY-----";

  test("takes an armoured key out and keeps the number of lines", () => {
    check(`a\n▸${begin}\n${body}\nshort=\n${end}◂\nb\n`);
    check(`▸${begin.replace("RSA", "OPENSSH")}\n${body}\n${end.replace("RSA", "OPENSSH")}◂`);
    check(`▸${begin.replace("RSA ", "")}\n${body}\n${end.replace("RSA ", "")}◂\nx`);
  });

  test("takes one with headers, indented, and one of OpenPGP out", () => {
    check(`▸${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011223344\n\n${body}\n${end}◂\n`);
    check(`key: |\n  ▸${begin}\n${body.replaceAll(/^/gm, "      ")}\n  ${end}◂\nnext: 1\n`);
    check(
      `▸-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${body}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----◂`,
    );
  });

  test("takes one inside string literals out", () => {
    check(`const key = "▸${begin}\\n${body.replaceAll("\n", "\\n")}\\n${end}◂\\n";\n`);
    const literals = body.split("\n").map((line) => `  "${line}\\n" +\n`);
    check(`const key =\n  "▸${begin}\\n" +\n${literals.join("")}  "${end}◂";\nrun(key);\n`);
  });

  test("takes one without its end out, and no code behind it", () => {
    check(`▸${begin}\n${body}◂\n\nfunction thatGoesOn() {\n  return veryLongIdentifierThatIsNoPartOfTheKeyAbove;\n}\n`);
  });

  test("leaves public keys, certificates and code about keys", () => {
    checkKept(
      `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`,
      `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`,
      `if (text.startsWith("${begin}")) {\n  return decryptThePrivateKeyWithThePassphraseOfTheUser(text);\n}\n// ${end}`,
      `const pem = "${begin}\\n" + body + "\\n${end}";`,
    );
  });
});

suite("redact: assignments", () => {
  const secret = "kJ8xQ2mWz7Rt4NpL9vYc";

  test("takes random values out of assignments in any language", () => {
    check(`const apiKey = "▸${secret}◂";`);
    check(`  private readonly clientSecret: string = '▸${secret}◂';`);
    check(`let password: &str = "▸${secret}◂";`);
    check(`DB_PASSWORD = '▸${secret}◂'  # production`);
    check(`password := "▸${secret}◂"`);
    check(`'secret' => '▸${secret}◂',`);
    check(`{ "access_token": "▸${secret}◂", "expires": 3600 }`);
    check(`client.setToken("▸${secret}◂");`);
    check(`headers.set("X-Api-Key", "▸${secret}◂");`);
    check(`if (password === "▸${secret}◂") {`);
    check(`const key = process.env.API_KEY ?? "▸${secret}◂";`);
    check("const auth_token = `▸" + secret + "◂`;");
    check(`aws_secret_access_key = "▸${fake("", 40)}◂"`);
    check(`encryption_key: "▸${fake("", 64, HEX)}◂"`);
    check(`clientSecret: "▸3f2b8c1d-9e4a-4c7b-8d2f-6a1e5b9c0d3f◂"`);
  });

  test("takes unquoted values out of env files, YAML, properties and commands", () => {
    check(`API_KEY=▸${secret}◂\nPORT=80\n`);
    check(`export SECRET_TOKEN=▸${secret}◂\n`);
    check(`  password: ▸${secret}◂\n  user: app\n`);
    check(`spring.datasource.password=▸${secret}◂`);
    check(`client_secret = ▸${secret}◂ # mine\r\n`);
    check(`deploy --token=▸${secret}◂ --verbose`);
    check(`fetch("https://x.dev/a?access_token=▸${secret}◂&page=2")`);
  });

  test("takes passwords out that a person chose", () => {
    check('const password = "▸Tr0ub4dor&3x◂";');
    check("PASSWORD=▸S0mmer!2024◂\n");
  });

  test("takes generated keys out in which signs stand as in a template", () => {
    check("SECRET_KEY = '▸k3$v%(7w_q!z0@x2m=9^r4j&8p-b5*n1h+6t#yd(c_ug%le◂'");
  });

  test("leaves calls, variables, environment and templates", () => {
    checkKept(
      "password = getPassword();",
      "const token = await fetchToken(user.id, API_V2_TOKEN_URL);",
      "this.token = nextToken2.value;",
      'const password = process.env["DB_PASSWORD"];',
      'secret = os.environ["APP_SECRET_KEY_2"]',
      "password: ${{ secrets.DB_PASSWORD_2024 }}",
      'token: "${TOKEN_V2_FROM_VAULT}"',
      "password={{ vault_password_1 }}",
      'password = "%(DB_PASSWORD_2)s"; token = "Bearer-%(token)s-%(realm2)s"',
      'apiKey = "%s"; secret = "<your secret 1>"; token = "$TOKEN"',
      "password = passwordField2.text1",
      "private readonly tokenCache2 = new Map<string, Token>();",
    );
  });

  test("leaves placeholders and words", () => {
    checkKept(
      'password = "changeme"',
      'password: "password123"',
      'const secret = "test-secret";',
      'apiKey: "your-api-key-here-1234"',
      'token = "xxxxxxxxxxxxxxxx1"',
      'const TOKEN_TYPE = "urn:ietf:params:oauth:token-type:jwt";',
      'const passwordField = "user-password-input-2";',
      'tokenUrl: "https://login.example.com/oauth2/v2.0/token"',
      'const secretName = "prod/db/credentials-v2";',
      'Token.Keyword = "keyword.control.import.ts2";',
      'password: "Enter your new password, 8 characters or more"',
      'key.passwordPolicy = "^(?=.*[A-Z])(?=.*[0-9]).{8,}$"',
      '"error.invalidToken": "InvalidTokenErrorCode401"',
      'credential = "DefaultAzureCredential2"',
      'const TOKEN_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";',
      'author = "someone1234567890abcdef"',
    );
  });
});

suite("redact: pieces of a key", () => {
  const line = (n: number): string => `${fake("", 60 + n)}${fake("", 4 - n)}`;

  test("takes out a key whose beginning was cut off, to the last short line", () => {
    check(`▸${line(0)}\n${line(1)}\n${fake("", 42)}==\n-----END RSA PRIVATE KEY-----◂\nconst a = 1;`);
  });

  test("takes out a line of a key that stands alone", () => {
    check(`  ▸${line(0)}◂\n`);
    check(`    "▸${line(2)}◂\\n" +\n`);
  });

  test("leaves long names, hashes and words of as many characters", () => {
    checkKept(
      `${"aVeryLongNameOfAFunctionThatSomebodyWroteInOneOfTheseLanguages".padEnd(64, "s")}\n`,
      `${"0123456789abcdef".repeat(4)}\n`,
      "-----END RSA PRIVATE KEY-----\n",
      "some text\n-----END PRIVATE KEY-----\n",
    );
  });
});

suite("redact: connections and headers", () => {
  test("takes the password out of a connection string and leaves the rest", () => {
    check("postgres://app:▸hunter2◂@db.internal:5432/main");
    check('mongodb+srv://root:▸p4ss-Wd_x◂@cluster0.abc.mongodb.net/?retryWrites=true"');
    check("redis://:▸s3cr3tpw◂@cache:6379");
    check('"Server=db;User Id=sa;Password=▸Str0ngP4ss◂;Encrypt=true;"');
    check(`DefaultEndpointsProtocol=https;AccountName=x;AccountKey=▸${fake("", 86)}==◂;EndpointSuffix=core`);
    check(`https://x.blob.core.windows.net/a?sv=2022&sig=▸${fake("", 43)}%3D◂`);
  });

  test("takes credentials out of headers and commands", () => {
    check(`Authorization: Bearer ▸${fake("", 40)}◂`);
    check(`{ "Authorization": "Bearer ▸${fake("", 40)}◂" }`);
    check("Authorization: Basic ▸dXNlcjpodW50ZXIyc2VjcmV0◂");
    check("curl -u admin:▸hunter2pw◂ https://x.dev");
    check("//registry.npmjs.org/:_authToken=▸aB3dE5fG7hJ9kL1m◂");
  });

  test("leaves addresses and headers without a credential", () => {
    checkKept(
      "postgres://user:password@localhost:5432/db",
      "postgres://localhost:5432/db see mailto:a@b.c",
      "https://${user}:${password}@host/",
      "http://[::1]:8080/@scope/package",
      "git@github.com:owner/repo.git",
      "https://abc:xyz@example.com",
      "Authorization: Bearer ${token}",
      'headers: { Authorization: `Bearer ${accessToken}` }, "Bearer YOUR_ACCESS_TOKEN_GOES_HERE"',
      "use the basic configuration and a token expectation",
      "basic authentication",
      "a token TokenKindNumericLiteralSeparator2",
    );
  });
});

suite("redact: any text", () => {
  test("leaves every source file of this project as it is", () => {
    for (const folder of ["extension", "protocol", "sidecar", "text"]) {
      const root = new URL(`../../../${folder}/`, import.meta.url);
      for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
        if (name.endsWith(".ts")) checkKept(readFileSync(new URL(name, root), "utf8"));
      }
    }
  });

  test("leaves emptiness, Windows line ends, tabs and emoji", () => {
    checkKept("", "\r\n", "\tlet a = '🙂';\r\n");
    const { text } = redact('a\r\n\tkey("🙂")\r\npassword = "kJ8xQ2mWz7Rt4NpL9vYc"\r\nb');
    assert.equal(text, `a\r\n\tkey("🙂")\r\npassword = "${PLACEHOLDER}"\r\nb`);
  });

  test("keeps the number of lines and finds nothing in its own result, on random text", () => {
    const pieces = [
      ...[
        "password",
        " = ",
        '"',
        "kJ8xQ2mWz7Rt4NpL9vYc",
        "\n",
        ":",
        "token=",
        "Bearer ",
        fake("ghp_", 36),
        "://a:",
        "@b",
      ],
      ...[
        "-----BEGIN PRIVATE KEY-----",
        "\\n",
        fake("", 64),
        "-----END PRIVATE KEY-----",
        "‹",
        PLACEHOLDER,
        ";",
        "🙂",
        " ",
      ],
    ];
    for (const seed of seeds(300)) {
      const text = createDice(seed).text(pieces, 40);
      const once = redact(text);
      assert.equal(once.text.split("\n").length, text.split("\n").length, `seed ${seed}`);
      assert.deepEqual(redact(once.text), { text: once.text, redactions: 0 }, `seed ${seed}`);
    }
  });

  test("takes no longer for hostile text than for any other", () => {
    const hostile = [
      "password",
      "-----BEGIN PRIVATE KEY-----\n",
      '"+\\n',
      "a.b-c_",
      "://a:",
      "eyJa.",
      "curl -u a:",
      "Bearer ",
      "A",
      "=",
      "x password = ",
      "-----BEGIN PRIVATE KEY-----AAAAAAAAAAAAAAAAAAAA",
    ];
    for (const piece of hostile) {
      const text = piece.repeat(Math.ceil(500_000 / piece.length));
      const startedAt = performance.now();
      redact(text);
      const seconds = (performance.now() - startedAt) / 1_000;
      assert.ok(seconds < 2, `${JSON.stringify(piece)} took ${seconds} s`);
    }
  });
});
