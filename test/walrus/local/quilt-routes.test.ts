import { createHash } from "node:crypto";

import { expect } from "chai";

import { encodeQuilt } from "../../../src/walrus/quilt/encode-quilt.ts";
import type { Patch } from "../../../src/walrus/quilt/patch.ts";
import { encodePatchId } from "../../../src/walrus/quilt/patch-id.ts";
import { N_SHARDS, patch } from "../quilt/patches.ts";
import { useQuilts } from "../quilt/use-quilts.ts";
import { errorOf, put } from "./use-network.ts";

const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";
const type = "multipart/form-data; boundary=X";

function form(patches: readonly Patch[], metadata?: unknown): FormData {
  const fields = new FormData();
  for (const { identifier, bytes } of patches) {
    fields.append(identifier, new Blob([bytes]), "file");
  }
  if (metadata !== undefined) fields.append("_metadata", JSON.stringify(metadata));
  return fields;
}

interface Stored {
  readonly blobStoreResult: {
    readonly newlyCreated?: { readonly blobObject: Readonly<Record<string, unknown>> };
    readonly alreadyCertified?: Readonly<Record<string, unknown>>;
  };
  readonly storedQuiltBlobs: readonly {
    readonly identifier: string;
    readonly quiltPatchId: string;
    readonly range: readonly [number, number];
  }[];
}

function headersOf(response: Response, names: readonly string[]): unknown {
  return Object.fromEntries(names.map((name) => [name, response.headers.get(name)]));
}

describe("the local network's quilt routes", () => {
  const { walrus } = useQuilts();
  const patches = [patch("walrus.jpg", 700), patch("another walrus.jpg", 300), patch("deep/é.txt", 0)];
  const metadata = [
    { identifier: "walrus.jpg", tags: { "content-type": "image/jpeg", size: 7, "x-other": "no" } },
    { identifier: "nowhere", tags: { a: "b" } },
    { identifier: "deep/é.txt" },
  ];
  const tags = { "content-type": "image/jpeg", size: "7", "x-other": "no" };
  const putQuilt = (body: FormData | string, query = "epochs=2&permanent=true", headers = {}): Promise<Response> =>
    fetch(`${walrus().url}/v1/quilts?${query}`, { method: "PUT", body, headers });
  let stored: Stored;
  let quiltId: string;

  before(async function () {
    this.timeout(60_000);
    stored = (await (await putQuilt(form(patches, metadata))).json()) as Stored;
    quiltId = String(stored.blobStoreResult.newlyCreated?.blobObject["blobId"]);
  });

  it("store a form as Walrus's publisher does", async () => {
    const expected = encodeQuilt({
      patches: patches.map((one, place) => ({ ...one, tags: place === 0 ? tags : {} })),
      nShards: N_SHARDS,
    });
    expect(stored.blobStoreResult.newlyCreated).to.have.all.keys("blobObject", "resourceOperation", "cost");
    expect(stored.blobStoreResult.newlyCreated?.blobObject).to.include({
      size: expected.bytes.length,
      deletable: false,
    });
    expect(stored.storedQuiltBlobs).to.deep.equal(
      expected.entries.map(({ identifier, start, end }) => ({
        identifier,
        quiltPatchId: encodePatchId({ quiltId, start, end }),
        range: [start, end],
      })),
    );
    const blob = new Uint8Array(await (await fetch(`${walrus().url}/v1/blobs/${quiltId}`)).arrayBuffer());
    expect(Buffer.compare(blob, expected.bytes)).to.equal(0);
  });

  it("say that a quilt is stored already, whatever order its files come in", async () => {
    const answer = (await (await putQuilt(form(patches.toReversed(), metadata))).json()) as Stored;
    expect(answer.blobStoreResult.alreadyCertified).to.include({ blobId: quiltId });
    expect(answer.storedQuiltBlobs).to.deep.equal(stored.storedQuiltBlobs);
  });

  it("list patches as Walrus's aggregator does", async () => {
    const response = await fetch(`${walrus().url}/v1/quilts/${quiltId}/patches`);
    expect(response.headers.get("content-type")).to.equal("application/json");
    expect(await response.json()).to.deep.equal(
      stored.storedQuiltBlobs.map(({ identifier, quiltPatchId }) => ({
        identifier,
        patch_id: quiltPatchId,
        tags: identifier === "walrus.jpg" ? tags : {},
      })),
    );
  });

  it("answer each patch by patch ID and by identifier, with its headers", async () => {
    for (const { identifier, quiltPatchId } of stored.storedQuiltBlobs) {
      const given = patches.find((one) => one.identifier === identifier);
      const name = encodeURIComponent(identifier);
      for (const path of [`by-quilt-patch-id/${quiltPatchId}`, `by-quilt-id/${quiltId}/${name}`]) {
        const response = await fetch(`${walrus().url}/v1/blobs/${path}`);
        expect(response.status, path).to.equal(200);
        expect(
          headersOf(response, ["etag", "content-type", "cache-control", "x-quilt-patch-identifier", "x-other"]),
        ).to.deep.equal({
          etag: quiltId,
          "content-type": identifier === "walrus.jpg" ? "image/jpeg" : "application/octet-stream",
          "cache-control": "public, max-age=86400, stale-while-revalidate=3600",
          // HTTP has no header for names that are not ASCII: Walrus leaves it out.
          "x-quilt-patch-identifier": identifier.includes("é") ? null : identifier,
          "x-other": null,
        });
        const bytes = new Uint8Array(await response.arrayBuffer());
        expect(Buffer.compare(bytes, given?.bytes ?? new Uint8Array())).to.equal(0);
        const head = await fetch(`${walrus().url}/v1/blobs/${path}`, { method: "HEAD" });
        expect([head.status, head.headers.get("content-length")]).to.deep.equal([200, String(bytes.length)]);
      }
    }
  });

  it("serve a patch bent when the blob is served bent", async () => {
    const url = `${walrus().url}/v1/blobs/by-quilt-id/${quiltId}/walrus.jpg`;
    const right = Buffer.from(await (await fetch(url)).arrayBuffer());
    const blob = Buffer.from(await (await fetch(`${walrus().url}/v1/blobs/${quiltId}`)).arrayBuffer());
    walrus().faults.flipByte({ blobId: quiltId, offset: blob.indexOf(right.subarray(100, 110)) });
    const bent = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect([bent.length, bent.equals(right)]).to.deep.equal([right.length, false]);
  });

  it("show the faults of the blob routes", async () => {
    const patchUrl = `${walrus().url}/v1/blobs/by-quilt-id/${quiltId}/walrus.jpg`;
    const { faults } = walrus();
    faults.aggregator({ kind: "status", status: 503, retryAfter: 7 });
    const busy = await fetch(patchUrl);
    expect([busy.status, busy.headers.get("retry-after")]).to.deep.equal([503, "7"]);
    faults.aggregator({ kind: "truncate", after: 100 });
    expect((await fetch(patchUrl)).status).to.equal(500);
    faults.clear();
    faults.publisher({ kind: "status", status: 429, retryAfter: 3 });
    const full = await putQuilt(form([patch("a", 1)]));
    expect([full.status, full.headers.get("retry-after")]).to.deep.equal([429, "3"]);
    faults.publisher({ kind: "wrong-blob-id" });
    const lie = (await (await putQuilt(form(patches, metadata))).json()) as Stored;
    expect(lie.storedQuiltBlobs[0]?.quiltPatchId).to.not.equal(stored.storedQuiltBlobs[0]?.quiltPatchId);
  });

  it("tell what they do not have, and what is no quilt", async () => {
    const blob = await put(walrus(), "no quilt, but a blob");
    const { newlyCreated } = (await blob.json()) as {
      readonly newlyCreated: { readonly blobObject: { readonly blobId: string } };
    };
    const other = encodePatchId({ quiltId, start: 6, end: 7 });
    const cases: readonly (readonly [string, unknown])[] = [
      [`/v1/blobs/by-quilt-id/${quiltId}/nothing`, [404, "QUILT_PATCH_NOT_FOUND"]],
      [`/v1/blobs/by-quilt-patch-id/${other}`, [404, "QUILT_PATCH_NOT_FOUND"]],
      [`/v1/blobs/by-quilt-id/${absent}/nothing`, [404, "BLOB_NOT_FOUND"]],
      [`/v1/blobs/by-quilt-patch-id/${encodePatchId({ quiltId: absent, start: 1, end: 2 })}`, [404, "BLOB_NOT_FOUND"]],
      [`/v1/quilts/${absent}/patches`, [404, "BLOB_NOT_FOUND"]],
      ["/v1/quilts/short/patches", [400, "INVALID_REQUEST"]],
      ["/v1/blobs/by-quilt-id/short/a", [400, "INVALID_REQUEST"]],
      [`/v1/blobs/by-quilt-id/${quiltId}/%ff`, [400, "INVALID_REQUEST"]],
      [`/v1/blobs/by-quilt-patch-id/${quiltId}`, [400, "INVALID_REQUEST"]],
      [`/v1/quilts/${newlyCreated.blobObject.blobId}/patches`, [500, "INTERNAL"]],
    ];
    for (const [path, expected] of cases) {
      expect(await errorOf(await fetch(`${walrus().url}${path}`)), path).to.deep.equal(expected);
    }
  });

  it("go on serving when clients leave before their answers", async () => {
    const url = `${walrus().url}/v1/blobs/by-quilt-id/${quiltId}/walrus.jpg`;
    const left = Array.from({ length: 20 }, async () => {
      const stop = new AbortController();
      const asking = fetch(url, { signal: stop.signal });
      setTimeout(() => stop.abort(), 1);
      await asking.catch(() => undefined);
    });
    await Promise.all(left);
    expect((await fetch(url)).status).to.equal(200);
  });

  it("refuse forms that Walrus's publisher refuses, and store nothing", async () => {
    const before = walrus().blobs().length;
    const twins = form([patch("a", 1), patch("a", 2)]);
    const file = form([patch("a", 1)]);
    const cases: readonly (readonly [string, FormData | string, Readonly<Record<string, string>>?])[] = [
      ["no form", "text"],
      ["a broken form", "--X\r\n", { "content-type": type }],
      ["no files", form([], [])],
      ["twins", twins],
      ["no name", form([patch("", 1)])],
      ["a control character", form([patch("a\tb", 1)])],
      ["tags that are no array", form([patch("a", 1)], {})],
      ["tags without a name", form([patch("a", 1)], [{ tags: {} }])],
      ["tags twice", form([patch("a", 1)], [{ identifier: "a" }, { identifier: "a" }])],
      [
        "a quilt beyond the largest blob",
        form([patch("a", 30_000), ...["b", "c", "d", "e", "f"].map((one) => patch(one, 1))]),
      ],
      ["too many", form(Array.from({ length: 7 }, (_, place) => patch(`file ${place}`, 1)))],
    ];
    for (const [what, body, headers] of cases) {
      expect(await errorOf(await putQuilt(body, "epochs=1", headers)), what).to.deep.equal([400, "MALFORMED_REQUEST"]);
    }
    expect(await errorOf(await putQuilt(file, "epochs=99"))).to.deep.equal([400, "INVALID_STORE_OPTIONS"]);
    expect(walrus().blobs()).to.have.length(before);
  });

  it("refuse a form that is too large, announced or not", async () => {
    const large = form([patch("large", 140_000)]);
    expect(await errorOf(await putQuilt(large))).to.deep.equal([413, "BLOB_TOO_LARGE"]);
    const sent = new Response(large);
    const chunked = await fetch(`${walrus().url}/v1/quilts`, {
      method: "PUT",
      body: sent.body,
      duplex: "half",
      headers: { "content-type": sent.headers.get("content-type") ?? "" },
    });
    expect(await errorOf(chunked)).to.deep.equal([413, "BLOB_TOO_LARGE"]);
  });

  it("store and serve many quilts at once", async () => {
    const names = Array.from({ length: 12 }, (_, place) => `at once ${place}`);
    const read = await Promise.all(
      names.map(async (name) => {
        const answer = (await (await putQuilt(form([patch(name, 500)]))).json()) as Stored;
        const [only] = answer.storedQuiltBlobs;
        const response = await fetch(`${walrus().url}/v1/blobs/by-quilt-patch-id/${only?.quiltPatchId}`);
        return createHash("sha256")
          .update(new Uint8Array(await response.arrayBuffer()))
          .digest("hex");
      }),
    );
    const expected = names.map((name) => createHash("sha256").update(patch(name, 500).bytes).digest("hex"));
    expect(read).to.deep.equal(expected);
  }).timeout(20_000);
});
