import { expect } from "chai";
import { id } from "ethers";
import { generateKeyPairSync } from "node:crypto";
import { httpSigner } from "../../src/attesters/http-signer.ts";
import { keyAttester, remoteAttester } from "../../src/attesters/key-attester.ts";
import type { Hex } from "../../src/attesters/sign-digest.ts";
import type { TypedMessage } from "../../src/chain/sign-digest.ts";
import { rejection, refusal } from "../support/rejection.ts";
import { deadUrl, fakeServer } from "../walrus/fake-server.ts";
import { signingServer } from "./support/signing-server.ts";

const verifiers = { p256: `0x${"22".repeat(20)}`, rsaPss: `0x${"33".repeat(20)}` };
const digest = id("a digest") as Hex;
const message: TypedMessage = {
  domain: { name: "Scrimshaw ProofRegistry", chainId: 31_337n },
  types: { Thing: [{ name: "size", type: "uint64" }] },
  value: { size: 2n ** 63n },
};

describe("A signer behind HTTP", () => {
  const keys = [
    ["secp256k1", generateKeyPairSync("ec", { namedCurve: "secp256k1" })],
    ["p256", generateKeyPairSync("ec", { namedCurve: "prime256v1" })],
    ["rsa-pss", generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ] as const;

  for (const [scheme, { publicKey, privateKey }] of keys) {
    it(`signs with a ${scheme} key that never leaves it, and is told what the digest stands for`, async () => {
      await using server = await signingServer({ key: privateKey, token: "a.b-c" });
      const sign = httpSigner({ url: `${server.url}/sign`, token: () => Promise.resolve("a.b-c\n") });
      const attester = remoteAttester({ publicKey, verifiers, sign });
      const seal = await attester.sign(digest, message);
      const local = keyAttester({ privateKey, verifiers });
      expect(attester.signer).to.equal(local.signer);
      if (scheme !== "rsa-pss") expect(seal).to.equal(await local.sign(digest, message));
      const [request] = server.requests;
      expect(request!.body).to.include({ scheme, digest });
      expect(request!.body.message.value).to.deep.equal({ size: (2n ** 63n).toString() });
    });
  }

  const [, { publicKey, privateKey }] = keys[1];

  it("is refused when it signs with another key", async () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    await using server = await signingServer({ key: stranger.privateKey });
    const attester = remoteAttester({ publicKey, verifiers, sign: httpSigner({ url: server.url }) });
    await refusal("attesters.signature-invalid", () => attester.sign(digest, message));
  });

  it("never shows the token, even when the server repeats it", async () => {
    await using server = await signingServer({ key: privateKey, token: "right" });
    const sign = httpSigner({ url: server.url, token: () => Promise.resolve("wrong-and-secret") });
    const error = await refusal("attesters.signer-refused", () => sign({ scheme: "p256", digest, message }));
    expect(`${error.message}${String(error.cause)}`)
      .to.contain("403")
      .and.not.contain("secret");
    const broken = httpSigner({ url: server.url, token: () => Promise.resolve("se cret\r\nX: y") });
    const refused = await refusal("attesters.signer-token-invalid", () => broken({ scheme: "p256", digest, message }));
    expect(refused.message).to.not.contain("cret");
  });

  for (const [what, status, body] of [
    ["something that is no JSON", 200, "<html>"],
    ["a signature that is no hex", 200, '{"signature":"MEUCIQ"}'],
    ["no signature", 200, "{}"],
    ["a signature of a megabyte", 200, `{"signature":"0x${"00".repeat(500_000)}"}`],
  ] as const) {
    it(`is refused when it answers ${what}`, async () => {
      await using server = await fakeServer((_request, response) => response.writeHead(status).end(body));
      const sign = httpSigner({ url: server.url });
      await refusal("attesters.signer-answer-invalid", () => sign({ scheme: "p256", digest, message }));
    });
  }

  it("is not followed elsewhere, and not waited for without end", async () => {
    await using away = await fakeServer((_request, response) =>
      response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
    );
    const redirected = httpSigner({ url: away.url });
    await refusal("attesters.signer-unreachable", () => redirected({ scheme: "p256", digest, message }));
    await using silent = await fakeServer(() => undefined);
    const slow = httpSigner({ url: silent.url, timeoutMs: 50 });
    const error = await refusal("attesters.signer-unreachable", () => slow({ scheme: "p256", digest, message }));
    expect(error.found).to.contain("50 ms");
    const dead = httpSigner({ url: await deadUrl() });
    await refusal("attesters.signer-unreachable", () => dead({ scheme: "p256", digest, message }));
    const stop = AbortSignal.abort(new Error("stopped"));
    const stopped = httpSigner({ url: silent.url, signal: stop });
    const reason: unknown = await rejection(() => stopped({ scheme: "p256", digest, message })).catch(
      (e: unknown) => e,
    );
    expect((reason as Error).message).to.equal("stopped");
  });

  it("is refused by its URL where that would show a secret", async () => {
    const token = () => Promise.resolve("t");
    for (const url of [
      "ftp://signer.example",
      "signer.example",
      "http://user:secret@127.0.0.1/",
      "http://signer.example/",
    ]) {
      const error = await refusal("attesters.signer-url-invalid", () => httpSigner({ url, token }));
      expect(error.message).to.not.contain("secret");
    }
    httpSigner({ url: "https://signer.example/", token });
    httpSigner({ url: "http://signer.example/" });
  });
});
