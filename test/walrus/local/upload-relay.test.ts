import { expect } from "chai";

import { verifyCertificate } from "../../../src/walrus/verify-certificate.ts";
import { type EncodedBlob, encodeSlivers } from "./encode-slivers.ts";
import { useNetwork } from "./use-network.ts";

interface Relayed {
  readonly blob_id: readonly number[];
  readonly confirmation_certificate: {
    readonly signers: readonly number[];
    readonly serialized_message: readonly number[];
    readonly signature: string;
  };
}

describe("uploadRelayRoutes", () => {
  const { start } = useNetwork();
  const bytes = Buffer.from("bytes for the relay");
  let blob: EncodedBlob;
  before(() => {
    blob = encodeSlivers({ bytes, nShards: 10 });
  });
  const post = (url: string, query: string, body: Uint8Array = bytes): Promise<Response> =>
    fetch(`${url}/v1/blob-upload-relay?${query}`, { method: "POST", body: body as Uint8Array<ArrayBuffer> });
  const text = async (response: Response): Promise<unknown> => [response.status, await response.text()];

  for (const deletable of [false, true]) {
    it(`answer a certificate for a ${deletable ? "deletable" : "permanent"} blob that is registered`, async () => {
      await using walrus = await start();
      const { objectId } = await walrus.ledger.register({ ...blob, epochs: 2, deletable });
      const named = deletable ? `&deletable_blob_object=${objectId}` : "";
      const response = await post(walrus.url, `blob_id=${blob.blobId}&encoding_type=RS2${named}`);
      expect(response.status).to.equal(200);
      const answer = (await response.json()) as Relayed;
      expect(Buffer.from(answer.blob_id).toString("base64url")).to.equal(blob.blobId);
      const { signers, serialized_message: message, signature } = answer.confirmation_certificate;
      const bitmap = Buffer.alloc(1);
      for (const place of signers) bitmap[0] = (bitmap[0] ?? 0) | (1 << place);
      const certificate = {
        message: `0x${Buffer.from(message).toString("hex")}`,
        bitmap: `0x${bitmap.toString("hex")}`,
        signature: `0x${Buffer.from(signature, "base64url").toString("hex")}`,
      } as const;
      const facts = verifyCertificate({ certificate, committee: walrus.committee });
      expect(facts.persistence).to.deep.equal(deletable ? { kind: "deletable", objectId } : { kind: "permanent" });
      expect(walrus.blobs()).to.deep.equal([]);
      await walrus.ledger.certify({ objectId, certificate });
      expect(await (await fetch(`${walrus.url}/v1/blobs/${blob.blobId}`)).text()).to.equal(bytes.toString());
    });
  }

  it("refuse other bytes, a blob that is not registered, and nonsense, in plain text", async () => {
    await using walrus = await start({ maxBlobSize: 100 });
    const query = `blob_id=${blob.blobId}`;
    expect(await text(await post(walrus.url, query))).to.deep.equal([500, "internal client error"]);
    await walrus.ledger.register({ ...blob, epochs: 2, deletable: false });
    const [code, message] = (await text(await post(walrus.url, query, Buffer.from("others")))) as [number, string];
    expect(code).to.equal(400);
    expect(message).to.contain("do not match");
    expect((await post(walrus.url, `${query}&deletable_blob_object=0x12`)).status).to.equal(500);
    for (const wrong of ["blob_id=x", "", `${query}&encoding_type=RS3`]) {
      expect((await post(walrus.url, wrong)).status, wrong).to.equal(400);
    }
    expect((await post(walrus.url, query, new Uint8Array(101))).status).to.equal(413);
    expect((await fetch(`${walrus.url}/v1/blob-upload-relay?${query}`)).status).to.equal(405);
  });

  it("tell the tip in Walrus's form, and ask for its payment", async () => {
    const address = `0x${"ab".repeat(32)}` as const;
    const tipOf = async (url: string): Promise<unknown> => (await fetch(`${url}/v1/tip-config`)).json();
    {
      await using walrus = await start();
      expect(await tipOf(walrus.url)).to.equal("no_tip");
    }
    {
      await using walrus = await start({ relayTip: { address, kind: { const: 105 } } });
      expect(await tipOf(walrus.url)).to.deep.equal({ send_tip: { address, kind: { const: 105 } } });
      await walrus.ledger.register({ ...blob, epochs: 2, deletable: false });
      const [code, message] = (await text(await post(walrus.url, `blob_id=${blob.blobId}`))) as [number, string];
      expect([code, message.includes("transaction ID or the nonce")]).to.deep.equal([400, true]);
      expect((await post(walrus.url, `blob_id=${blob.blobId}&tx_id=abc&nonce=def`)).status).to.equal(200);
    }
    await using walrus = await start({ relayTip: { address, kind: { linear: { base: 101, perEncodedKib: 42 } } } });
    const linear = { base: 101, encoded_size_mul_per_kib: 42 };
    expect(await tipOf(walrus.url)).to.deep.equal({ send_tip: { address, kind: { linear } } });
  });
});
