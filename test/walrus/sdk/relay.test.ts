import { createHash } from "node:crypto";

import { TransactionDataBuilder } from "@mysten/sui/transactions";
import { expect } from "chai";

import type { SdkStep } from "../../../src/walrus/sdk/sdk-step.ts";
import { failure } from "../failure.ts";
import { text, useSdk } from "./use-sdk.ts";

const ADDRESS = `0x${"ab".repeat(32)}` as const;

function isUpload(input: string | URL | Request): boolean {
  return (input instanceof Request ? input.url : input.toString()).includes("blob-upload-relay?");
}

describe("SdkBlobStore through an upload relay", () => {
  const { start } = useSdk();

  it("stores a blob at a relay that wants no tip", async () => {
    const { walrus, sui, store, calls } = await start();
    await using blobs = store({ relay: { host: `${walrus.url}/` } });
    const { blobId } = await blobs.put({ bytes: text("free"), deletable: true });
    expect(Buffer.from(await blobs.get({ blobId })).toString()).to.equal("free");
    expect(calls()).to.deep.equal(["register", "certify"]);
    expect(sui.transactions[0]?.payments).to.deep.equal([]);
  });

  it("reads the tip, shows it, and pays it with the registration, tied to the upload", async () => {
    const kind = { linear: { base: 101, perEncodedKib: 42 } };
    const { walrus, sui, store, steps } = await start({ relayTip: { address: ADDRESS, kind } });
    let nonce = "";
    const spy: typeof fetch = (input, init) => {
      if (isUpload(input)) nonce = new URL(input).searchParams.get("nonce") ?? "";
      return fetch(input, init);
    };
    await using blobs = store({ relay: { host: walrus.url }, fetch: spy });
    const bytes = text("tipped");
    await blobs.put({ bytes });
    // 6940 encoded bytes are 7 KiB.
    const amount = 101n + 7n * 42n;
    expect(steps[0]).to.deep.equal({ kind: "tip", host: walrus.url, address: ADDRESS, amount });
    const [registering] = sui.transactions;
    expect(registering?.payments.map(({ to, amount: paid }) => ({ to, paid }))).to.deep.equal([
      { to: ADDRESS, paid: amount },
    ]);
    const [first] = TransactionDataBuilder.fromBytes(registering?.bytes ?? new Uint8Array()).inputs;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    const hash = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();
    const payload = Buffer.concat([hash(bytes), hash(Buffer.from(nonce, "base64url")), length]);
    expect(first?.Pure?.bytes).to.equal(payload.toString("base64"));
  });

  it("refuses a tip above the cap before anything is signed", async () => {
    const { walrus, store, calls } = await start({ relayTip: { address: ADDRESS, kind: { const: 1_001 } } });
    await using blobs = store({ relay: { host: walrus.url, maxTip: 1_000n } });
    const error = await failure(blobs.put({ bytes: text("greedy") }));
    expect([error.code, error.found]).to.deep.equal([
      "walrus.relay-tip-above-cap",
      `1001 MIST for 6 bytes, wanted by ${walrus.url}`,
    ]);
    expect(calls()).to.deep.equal([]);
  });

  it("pays a tip of nothing, for which the relay still wants its proof", async () => {
    const { walrus, store, sui } = await start({ relayTip: { address: ADDRESS, kind: { const: 0 } } });
    await using blobs = store({ relay: { host: walrus.url } });
    await blobs.put({ bytes: text("nothing") });
    expect(sui.transactions[0]?.payments).to.have.lengthOf(1);
    expect(sui.transactions[0]?.payments[0]?.amount).to.equal(0n);
  });

  it("pays once, when the upload fails after the tip was paid", async () => {
    const { walrus, store, sui, calls } = await start({ relayTip: { address: ADDRESS, kind: { const: 105 } } });
    const queries: string[] = [];
    const flaky: typeof fetch = (input, init) => {
      if (!isUpload(input)) return fetch(input, init);
      queries.push(new URL(input).search);
      return queries.length === 1 ? Promise.resolve(new Response("tired", { status: 503 })) : fetch(input, init);
    };
    await using blobs = store({ relay: { host: walrus.url }, fetch: flaky });
    const bytes = text("twice to the relay");
    const error = await failure(blobs.put({ bytes }));
    expect([error.code, error.found.includes("tired") || error.found.includes("503")]).to.deep.equal([
      "walrus.relay-failed",
      true,
    ]);
    await blobs.put({ bytes });
    expect(calls()).to.deep.equal(["register", "certify"]);
    expect(sui.transactions[0]?.payments).to.have.lengthOf(1);
    expect(queries[1]).to.equal(queries[0]);
  });

  it("believes no certificate of a relay: of another blob, of too few, or forged", async () => {
    const { walrus, store, calls } = await start();
    const change = { certificate: (certificate: Record<string, unknown>): unknown => certificate };
    const lying: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!isUpload(input)) return response;
      const answer = (await response.json()) as { readonly confirmation_certificate: Record<string, unknown> };
      change.certificate(answer.confirmation_certificate);
      return Response.json(answer);
    };
    const seen: SdkStep["kind"][] = [];
    const lies: readonly ((certificate: Record<string, unknown>) => void)[] = [
      (certificate) => (certificate["signers"] = [0]),
      (certificate) => (certificate["signers"] = [900, 901]),
      (certificate) => (certificate["serialized_message"] = [...new Uint8Array(40)]),
      (certificate) => {
        const message = certificate["serialized_message"] as number[];
        certificate["serialized_message"] = message.map((byte, place) => (place === 20 ? byte ^ 1 : byte));
      },
    ];
    for (const [place, lie] of lies.entries()) {
      change.certificate = lie;
      await using blobs = store({ relay: { host: walrus.url }, fetch: lying, onStep: ({ kind }) => seen.push(kind) });
      const error = await failure(blobs.put({ bytes: text(`lie ${place}`) }));
      expect(error.code).to.equal("walrus.relay-certificate-invalid");
    }
    expect(seen).to.not.include("uploaded");
    expect(new Set(calls())).to.deep.equal(new Set(["register"]));
  });
});
