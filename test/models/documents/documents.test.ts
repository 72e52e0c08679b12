import { expect } from "chai";
import { join } from "node:path";
import { addDocument } from "../../../src/models/documents/add-document.ts";
import type { AddDocumentOptions } from "../../../src/models/documents/add-document.ts";
import { describeDocument, describeDocuments } from "../../../src/models/documents/describe-document.ts";
import { parseDocumentKind } from "../../../src/models/documents/document-kind.ts";
import { listDocuments } from "../../../src/models/documents/list-documents.ts";
import type { ListDocumentsOptions } from "../../../src/models/documents/list-documents.ts";
import { revokeDocument } from "../../../src/models/documents/revoke-document.ts";
import { showModel } from "../../../src/models/show.ts";
import { refusal } from "../../support/rejection.ts";
import { ethers } from "../support/chain.ts";
import { Folders } from "../support/folders.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { setUpPull } from "../support/pull-world.ts";

describe("Documents of a version", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  /** A published version, a file to add, and the accounts of publisher and stranger. */
  async function setUp() {
    const world = await setUpPull(folders);
    const { registry, stranger, reference, store, publish } = world;
    await publish();
    const folder = await folders.with({ "card.md": "# a card", "eval.json": "{}", empty: "" });
    const theirs = registry.connect(stranger);
    const add = (name: string, options: Partial<AddDocumentOptions> = {}) =>
      addDocument({ registry, reference, kind: "model-card", file: join(folder, name), store, ...options });
    const list = async (options: Partial<ListDocumentsOptions> = {}) => {
      const found = await listDocuments({ registry, reference, ...options });
      return { ...found, numbers: found.documents.map(({ number }) => number) };
    };
    const events = { provider: ethers.provider, fromBlock: 0 };
    return { ...world, folder, theirs, add, list, events };
  }

  it("are stored, read back and registered, and found when they are added again", async () => {
    const { publisher, store, add, list } = await setUp();
    const puts = store.puts.length;
    const added = await add("card.md");
    expect(added).to.include({ outcome: "added", version: 1, number: 1, author: publisher.address, endEpoch: 9 });
    expect(Buffer.from(store.blobs.get(added.blob.blobId) ?? []).toString()).to.equal("# a card");
    expect(store.gets.at(-1)).to.include({ blobId: added.blob.blobId, contentHash: added.blob.contentHash });
    expect(await add("card.md")).to.include({ outcome: "unchanged", number: 1, transaction: undefined });
    expect(store.puts.length).to.equal(puts + 1);
    const { documents, total, next } = await list();
    expect([total, next]).to.deep.equal([1, undefined]);
    expect(documents[0]).to.deep.include({ kind: "model-card", revoked: false, blob: added.blob, reason: undefined });
  });

  it("are anybody's, each under their own name, and may say the same as another kind", async () => {
    const { publisher, stranger, theirs, add, list } = await setUp();
    await add("card.md");
    expect(await add("card.md", { registry: theirs })).to.include({ outcome: "added", number: 2 });
    expect(await add("card.md", { kind: "audit" })).to.include({ outcome: "added", number: 3 });
    expect((await list({ author: stranger.address })).numbers).to.deep.equal([2]);
    expect((await list({ author: publisher.address, kind: "audit" })).numbers).to.deep.equal([3]);
    expect((await list({ kind: "licence" })).numbers).to.be.empty;
  });

  it("come in pages, also when only some are wanted", async () => {
    const { theirs, add, list } = await setUp();
    const card = { registry: theirs, kind: "other" } as const;
    await add("card.md", card);
    await add("eval.json", card);
    await add("card.md", { kind: "audit" });
    await add("eval.json", { kind: "licence" });
    const { total } = await list();
    expect(await list({ limit: 2 })).to.deep.include({ numbers: [1, 2], next: 2, total });
    expect(await list({ limit: 2, offset: 2 })).to.deep.include({ numbers: [3, 4], next: undefined });
    expect(await list({ kind: "audit", limit: 1 })).to.deep.include({ numbers: [3], next: 3 });
    expect(await list({ kind: "audit", limit: 1, offset: 3 })).to.deep.include({ numbers: [], next: undefined });
    expect((await list({ limit: 0 })).numbers).to.be.empty;
  });

  it("are revoked by their author, with a reason that lists show", async () => {
    const { theirs, add, list, events, registry, reference } = await setUp();
    await add("card.md");
    await add("eval.json", { registry: theirs, kind: "evaluation" });
    const strange = await refusal("models.document-unknown", () => revokeDocument({ registry, reference, number: 2 }));
    expect(strange.next).to.include("--from");
    const revoked = await revokeDocument({ registry: theirs, reference, number: 2, reason: "measured wrongly" });
    expect(revoked).to.include({ number: 2, revoked: true, version: 1 });
    expect(revoked.transaction?.what).to.equal("document");
    const again = await revokeDocument({ registry: theirs, reference, number: 2, reason: "twice" });
    expect(again.transaction).to.equal(undefined);
    const { documents } = await list({ events });
    expect(documents.map(({ reason }) => reason)).to.deep.equal([undefined, "measured wrongly"]);
    expect(documents.map(describeDocument)[1]).to.match(/^ {3}2 {2}evaluation .* revoked: measured wrongly$/);
    // What was revoked may be said again.
    expect(await add("eval.json", { registry: theirs, kind: "evaluation" })).to.include({
      outcome: "added",
      number: 3,
    });
  });

  it("are shown with the version, its owner's first, without the revoked ones", async () => {
    const { theirs, add, registry, reference, store } = await setUp();
    expect(describeDocuments(await showModel({ registry, reference, store }))).to.deep.equal([]);
    await add("card.md");
    await add("eval.json", { registry: theirs, kind: "evaluation" });
    await add("card.md", { registry: theirs, kind: "audit" });
    await revokeDocument({ registry: theirs, reference, number: 2 });
    const lines = describeDocuments(await showModel({ registry, reference, store }));
    expect(lines[0]).to.match(/^documents {4}3 by anybody; all: npx hardhat model document list .*\/m@1$/);
    expect(lines.slice(1).map((line) => line.slice(0, 16).trim())).to.deep.equal(["1  model-card", "3  audit"]);
  });

  it("are not registered when their bytes are not there, or are none", async () => {
    const { add, list, folder, store } = await setUp();
    await refusal("models.document-size", () => add("empty"));
    await refusal("models.folder-unreadable", () => add("missing"));
    await refusal("models.not-a-file", () => add("", { file: folder }));
    const lose: MemoryStore["put"] = (options) => new MemoryStore().put(options);
    await refusal("walrus.blob-not-confirmed", () => add("card.md", { store: Object.assign(store, { put: lose }) }));
    expect((await list()).total).to.equal(0);
  });

  it("are of versions and numbers that exist, revoked versions too", async () => {
    const { registry, reference, add } = await setUp();
    const third = { ...reference, selector: { kind: "number", version: 3 } } as const;
    await refusal("models.version-unknown", () => add("card.md", { reference: third }));
    const first = { ...reference, selector: { kind: "number", version: 1 } } as const;
    const { modelId } = await add("card.md", { reference: first });
    await registry.setStatus(modelId, 1, 2, "bad");
    expect(await add("eval.json", { reference: first })).to.include({ outcome: "added", number: 2 });
    for (const number of [0, -1, 3, 2 ** 32]) {
      await refusal("models.document-unknown", () => revokeDocument({ registry, reference: first, number }));
    }
  });

  it("have a kind that the registry knows", async () => {
    expect(parseDocumentKind("audit")).to.equal("audit");
    for (const text of ["", "Audit", "license"])
      await refusal("models.document-kind-unknown", () => parseDocumentKind(text));
  });
});
