import { expect } from "chai";

import { blobProgress } from "../../../src/hardhat/blob-progress.ts";
import { SplitBlobStore } from "../../../src/walrus/split-blob-store.ts";
import { failure } from "../failure.ts";
import { LOCAL_NETWORK, text, useSdk } from "./use-sdk.ts";
import { SdkBlobStore } from "../../../src/walrus/sdk/sdk-blob-store.ts";

describe("a store that pays on Sui", () => {
  const { start } = useSdk();

  it("shows every price before it is paid, however fast the bytes move", async () => {
    const { walrus, store } = await start({
      relayTip: { address: `0x${"ab".repeat(32)}`, kind: { const: 1_050_000 } },
    });
    await using blobs = store({ relay: { host: walrus.url } });
    const lines: string[] = [];
    await blobs.put({ bytes: text("priced"), epochs: 3, onProgress: blobProgress((line) => lines.push(line)) });
    const prices = lines.filter((line) => line.startsWith("Paying"));
    expect(prices).to.deep.equal([
      `Paying 0.00105 SUI for the relay ${walrus.url}`,
      "Paying 0.0000023 WAL for 3 epochs",
    ]);
  });

  it("writes with one store what it reads with another", async () => {
    const { sui, store, journalDir } = await start();
    const reader = new SdkBlobStore({ network: LOCAL_NETWORK, suiClient: sui, journalDir });
    await using blobs = new SplitBlobStore({ reader, writer: store() });
    const { blobId } = await blobs.put({ bytes: text("split"), epochs: 2 });
    expect((await blobs.extend({ blobId, epochs: 4 })).endEpoch).to.equal(5);
    expect(Buffer.from(await blobs.get({ blobId })).toString()).to.equal("split");
    expect((await blobs.status({ blobId })).state).to.equal("certified");
    expect((await blobs.certificate({ blobId })).facts.epoch).to.equal(1);
    const pieces: Uint8Array[] = [];
    for await (const piece of blobs.stream({ blobId, unverified: true })) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).to.equal("split");
    expect((await failure(reader.put({ bytes: text("unpaid") }))).code).to.equal("walrus.no-sui-signer");
  });
});
