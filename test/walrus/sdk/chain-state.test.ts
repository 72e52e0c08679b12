import { expect } from "chai";

import { readChainState } from "../../../src/walrus/sdk/chain-state.ts";
import { suiSystem } from "../../../src/walrus/sdk/sui-system.ts";
import { fromU256, toU256 } from "../../../src/walrus/sdk/u256.ts";
import { failure } from "../failure.ts";
import { LOCAL_NETWORK, useSdk } from "./use-sdk.ts";

describe("readChainState", () => {
  const { start } = useSdk();

  it("gives the committee that the network itself gives", async () => {
    const { walrus, sui } = await start();
    const { committee, prices } = await readChainState({ network: LOCAL_NETWORK, suiClient: sui });
    expect(committee).to.deep.equal(walrus.committee);
    expect(prices).to.deep.equal({ storage: 100n, write: 2_000n });
  });

  it("refuses a network with another number of shards, on which all Blob IDs would differ", async () => {
    const { sui } = await start();
    const error = await failure(readChainState({ network: { ...LOCAL_NETWORK, nShards: 1000 }, suiClient: sui }));
    expect([error.code, error.found]).to.deep.equal(["walrus.sui-answer-invalid", "10 shards"]);
  });

  it("says which object a Sui node does not know", async () => {
    const { sui } = await start();
    const network = { ...LOCAL_NETWORK, systemObjectId: `0x${"12".repeat(32)}` };
    const error = await failure(readChainState({ network, suiClient: sui }));
    expect(error.code).to.equal("walrus.sui-failed");
    expect(error.found).to.include("0x1212");
  });

  it("refuses objects of other ids, and bytes that are no state", async () => {
    const { sui } = await start();
    const { systemObjectId, stakingPoolId } = LOCAL_NETWORK;
    const honest = sui.core.getObjects.bind(sui.core);
    sui.core.getObjects = (options) => honest({ ...options, objectIds: options.objectIds.map(() => stakingPoolId) });
    const swapped = await failure(readChainState({ network: LOCAL_NETWORK, suiClient: sui }));
    expect([swapped.code, swapped.expected]).to.deep.equal(["walrus.sui-answer-invalid", `object ${systemObjectId}`]);
    sui.core.getObjects = async (options) => {
      const { objects } = await honest(options);
      return {
        objects: objects.map((object) =>
          object instanceof Error ? object : { ...object, content: new Uint8Array(3) as never },
        ),
      };
    };
    const short = await failure(readChainState({ network: LOCAL_NETWORK, suiClient: sui }));
    expect(short.code).to.equal("walrus.sui-answer-invalid");
  });

  it("ends with the signal's reason", async () => {
    const { sui } = await start();
    sui.core.getObjects = () => Promise.reject(new Error("gone"));
    const reason = new Error("enough");
    const reading = readChainState({ network: LOCAL_NETWORK, suiClient: sui, signal: AbortSignal.abort(reason) });
    expect(await reading.catch((error: unknown) => error)).to.equal(reason);
  });
});

describe("suiSystem", () => {
  const { start } = useSdk();

  it("tells epoch, prices and committee, and no times where epochs follow no clock", async () => {
    const { walrus, sui } = await start();
    const { system, committee } = suiSystem({ network: LOCAL_NETWORK, suiClient: sui });
    expect(await committee()).to.deep.equal(walrus.committee);
    expect(await system()).to.deep.equal({
      epoch: 1,
      nShards: 10,
      prices: { storage: 100n, write: 2_000n },
      epochStartedAt: undefined,
      epochSeconds: undefined,
      source: "Sui (local), through http://sui.invalid",
    });
  });

  it("tells when the epoch began and how long epochs last", async () => {
    const now = Date.UTC(2026, 0, 1);
    const { sui } = await start({ epochSeconds: 86_400, now: () => now });
    const told = await suiSystem({ network: LOCAL_NETWORK, suiClient: sui }).system();
    expect(told).to.deep.include({ epochStartedAt: new Date(now), epochSeconds: 86_400 });
  });
});

describe("u256", () => {
  it("reads a Blob ID's bytes as Sui does, least significant first", () => {
    const blobId = Buffer.from([1, 2, ...new Uint8Array(30)]).toString("base64url");
    expect(toU256(blobId)).to.equal(0x0201n);
    expect(fromU256(toU256("M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk"))).to.equal(
      "M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk",
    );
  });
});
