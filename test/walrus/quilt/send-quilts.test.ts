import { expect } from "chai";

import { putQuilts } from "../../../src/walrus/quilt/put-quilts.ts";
import { listPatches } from "../../../src/walrus/quilt/read-quilt.ts";
import { sendQuilts, type SendQuiltsOptions } from "../../../src/walrus/quilt/send-quilts.ts";
import type { StoredQuilt } from "../../../src/walrus/quilt/stored-quilt.ts";
import { failure } from "../failure.ts";
import { deadUrl, fakeServer } from "../fake-server.ts";
import { N_SHARDS, patch } from "./patches.ts";
import { useQuilts } from "./use-quilts.ts";

describe("sendQuilts", () => {
  const { store, walrus } = useQuilts();
  const patches = [patch("a form/é.txt", 400, { kind: "text" }), patch("b;c=d", 0), patch("'%22'", 30)];
  const send = (options: Partial<SendQuiltsOptions> = {}): Promise<StoredQuilt[]> =>
    sendQuilts({ publishers: [walrus().url], patches, nShards: N_SHARDS, epochs: 2, retry: { rounds: 1 }, ...options });

  /** A publisher that answers every form alike. */
  async function sendTo(answer: unknown, status = 200): Promise<string> {
    await using server = await fakeServer((request, response) => {
      request.resume().once("end", () => response.writeHead(status).end(JSON.stringify(answer)));
    });
    return (await failure(send({ publishers: [server.url] }))).code;
  }

  it("stores the same quilts as putQuilts, through the publisher's route for quilts", async () => {
    const [quilt, ...others] = await send({ publishers: [await deadUrl(), walrus().url] });
    expect(others).to.deep.equal([]);
    expect(quilt).to.include({ alreadyCertified: false, endEpoch: 3 });
    const [same] = await putQuilts({ store: store(), patches, nShards: N_SHARDS, epochs: 2 });
    expect(same).to.deep.equal({ ...quilt, alreadyCertified: true });
    expect(await listPatches({ store: store(), quiltId: quilt?.blobId ?? "", nShards: N_SHARDS })).to.deep.equal(
      quilt?.patches,
    );
  });

  it("splits what one quilt does not hold, and asks for a deletable quilt only when told to", async () => {
    const many = Array.from({ length: 8 }, (_, place) => patch(`form ${place}`, 10));
    const quilts = await send({ patches: many, deletable: true });
    expect(quilts.map((quilt) => quilt.patches.length)).to.deep.equal([6, 2]);
    // A permanent quilt is asked for next, which the deletable lease cannot serve.
    expect((await send({ patches: many }))[0]).to.include({ alreadyCertified: false });
  });

  it("refuses a publisher that answers another Blob ID, an uncertified or deletable quilt, or nonsense", async () => {
    const [quilt] = await send();
    const blobObject = {
      blobId: quilt?.blobId,
      size: quilt?.size,
      certifiedEpoch: 1,
      storage: { endEpoch: 3 },
      deletable: false,
    };
    const created = (change: object): unknown => ({
      blobStoreResult: { newlyCreated: { blobObject: { ...blobObject, ...change } } },
    });
    const other = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";
    expect(await sendTo(created({ blobId: other }))).to.equal("walrus.blob-id-mismatch");
    expect(await sendTo(created({ certifiedEpoch: null }))).to.equal("walrus.publisher-broke-terms");
    expect(await sendTo(created({ deletable: true }))).to.equal("walrus.publisher-broke-terms");
    expect(await sendTo({ storedQuiltBlobs: [] })).to.equal("walrus.publisher-answer-invalid");
    expect(await sendTo([])).to.equal("walrus.publisher-answer-invalid");
    expect(await sendTo({ error: {} }, 400)).to.equal("walrus.publisher-refused");
    expect(await sendTo({ error: {} }, 500)).to.equal("walrus.publisher-failed");
  });

  it("refuses a local publisher that lies about the Blob ID", async () => {
    walrus().faults.publisher({ kind: "wrong-blob-id" });
    expect((await failure(send({ patches: [patch("lie", 5)] }))).code).to.equal("walrus.blob-id-mismatch");
  });

  it("tries a busy publisher again with a token of its own each time, and keeps the token out of errors", async () => {
    const seen: (string | undefined)[] = [];
    await using busy = await fakeServer((request, response) => {
      seen.push(request.headers.authorization);
      const status = seen.length === 1 ? 503 : 401;
      request.resume().once("end", () => response.writeHead(status).end(`no ${request.headers.authorization}`));
    });
    let count = 0;
    const token = (): string => `token-${(count += 1)}`;
    const error = await failure(send({ publishers: [busy.url], token, retry: { rounds: 3, firstDelayMs: 1 } }));
    expect(seen).to.deep.equal(["Bearer token-1", "Bearer token-2"]);
    expect(error.code).to.equal("walrus.publisher-refused");
    expect(error.found).to.not.contain("token-");
  });

  it("refuses what it cannot send, before anything is sent", async () => {
    const bad: readonly (readonly [Partial<SendQuiltsOptions>, string])[] = [
      [{ patches: [] }, "walrus.quilt-empty"],
      [{ patches: [patch('a"b', 1)] }, "walrus.patch-invalid"],
      [{ patches: [patch("a\\", 1)] }, "walrus.patch-invalid"],
      [{ patches: [patch("", 1)] }, "walrus.patch-invalid"],
      [{ publishers: [] }, "walrus.no-publisher"],
      [{ publishers: ["x"] }, "walrus.endpoint-invalid"],
    ];
    for (const [options, code] of bad) expect((await failure(send(options))).code).to.equal(code);
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await send({ signal }).catch((error: unknown) => String(error))).to.equal("Error: enough");
  });
});
