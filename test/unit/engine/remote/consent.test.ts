import assert from "node:assert/strict";
import test from "node:test";
import { hostOf } from "../../../../sidecar/engine/remote/consent.ts";

test("this machine is told from others, whatever way it is written", () => {
  const here: readonly (readonly [url: string, host: string])[] = [
    ["http://127.0.0.1:8080", "127.0.0.1:8080"],
    ["http://127.1:8080", "127.0.0.1:8080"],
    ["http://127.255.3.4", "127.255.3.4:80"],
    ["https://LOCALHOST", "localhost:443"],
    ["http://[::1]:11434/v1", "[::1]:11434"],
    ["http://[0:0:0:0:0:0:0:1]", "[::1]:80"],
  ];
  for (const [url, host] of here) assert.deepEqual(hostOf(url), { kind: "loopback", host }, url);
  const others: readonly (readonly [url: string, host: string])[] = [
    ["https://gpu.example.com/v1", "gpu.example.com:443"],
    ["http://192.168.0.2:8000", "192.168.0.2:8000"],
    ["http://0.0.0.0:8080", "0.0.0.0:8080"],
    ["http://127.0.0.1.example.com", "127.0.0.1.example.com:80"],
    ["http://127.example.com", "127.example.com:80"],
    ["http://localhost.example.com:1", "localhost.example.com:1"],
    ["http://[::2]", "[::2]:80"],
  ];
  for (const [url, host] of others) assert.deepEqual(hostOf(url), { kind: "other", host }, url);
});

test("what is no http address, or has a password in it, is none", () => {
  for (const url of [
    "",
    "127.0.0.1:8080",
    "localhost:8080",
    "ws://localhost",
    "file:///a",
    "http://",
    "http://a:b@c",
  ]) {
    assert.equal(hostOf(url), undefined, url);
  }
});
