import assert from "node:assert/strict";
import test from "node:test";
import { nameCommand, nameTask } from "../../../extension/observe/run-names.ts";

function named(commandLine: string): string {
  const run = nameCommand(commandLine);
  return run ? `${run.purpose}: ${run.label}` : "nothing";
}

test("tests are known by their command", () => {
  const tests: Readonly<Record<string, string>> = {
    "npm test": "npm test",
    "npm t": "npm t",
    "npm run test:unit -- --watch=false": "npm run test:unit",
    "yarn test": "yarn test",
    "pnpm run e2e": "pnpm run e2e",
    "bun test": "bun test",
    "pytest -x tests/test_a.py": "pytest",
    "python3 -m pytest": "pytest",
    "python -m unittest discover": "unittest",
    "uv run pytest": "pytest",
    "go test ./...": "go test",
    "cargo test --all": "cargo test",
    "cargo nextest run": "cargo nextest",
    "npx vitest run": "vitest",
    "./node_modules/.bin/jest --ci": "jest",
    "CI=1 NODE_ENV=test npx --yes mocha": "mocha",
    "node --test": "node --test",
    "node --test=x test/a.test.js": "node --test",
    "dotnet test": "dotnet test",
    "./gradlew :app:test": "gradlew test",
    "mvn -q verify": "mvn verify",
    "make check": "make check",
    ctest: "ctest",
    "bundle exec rspec": "rspec",
    "C:\\tools\\pytest.exe -q": "pytest",
  };
  for (const [line, label] of Object.entries(tests)) assert.equal(named(line), `test: ${label}`, line);
});

test("builds are known by their command", () => {
  const builds: Readonly<Record<string, string>> = {
    "npm run build": "npm run build",
    "yarn lint": "yarn lint",
    "npx tsc --noEmit": "tsc",
    "cargo check": "cargo check",
    "go build ./...": "go build",
    make: "make",
    "make -j4 all": "make",
    "mypy src": "mypy",
    "dotnet build": "dotnet build",
  };
  for (const [line, label] of Object.entries(builds)) assert.equal(named(line), `build: ${label}`, line);
});

test("anything else is neither", () => {
  for (const line of [
    "",
    "ls -la",
    "git commit -m 'test'",
    "npm install",
    "npm run start",
    "node server.js",
    "cat test.log",
    "echo pytest",
    "cargo run",
    "go run main.go",
    "testing",
    "npm run 'te st'",
    "constructor",
    "__proto__ test",
    "npm",
  ]) {
    assert.equal(named(line), "nothing", line);
  }
});

test("of several commands the test counts, else the first build", () => {
  assert.equal(named("npm run build && npm test"), "test: npm test");
  assert.equal(named("cd app; tsc && eslint ."), "build: tsc");
  assert.equal(named("pytest | tee out.log"), "test: pytest");
});

test("no argument gets into a label, however the line is made", () => {
  for (const line of [
    "TOKEN=abc123 npm test -- --token abc123",
    "pytest --password=abc123",
    "npm run test:abc123;rm x",
    "npx vitest abc123",
    "API_KEY=abc123 cargo test abc123",
  ]) {
    const label = nameCommand(line)?.label ?? "";
    if (!line.includes("test:abc123")) assert.doesNotMatch(label, /abc123/u, line);
    assert.ok(label.length <= 40, label);
  }
});

test("a task is known by its command line, its name, or its group", () => {
  assert.deepEqual(nameTask({ name: "anything", commandLine: "npm test", group: undefined }), {
    purpose: "test",
    label: "npm test",
  });
  assert.deepEqual(nameTask({ name: "test", commandLine: undefined, group: undefined }), {
    purpose: "test",
    label: "task test",
  });
  assert.deepEqual(nameTask({ name: "my own thing", commandLine: "./run.sh", group: "build" }), {
    purpose: "build",
    label: "build task",
  });
  assert.equal(nameTask({ name: "deploy", commandLine: "./deploy.sh", group: undefined }), undefined);
});
