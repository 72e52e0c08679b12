import { expect } from "chai";
import { dataSlice, getBytes, hexlify } from "ethers";
import { withPolicy } from "../support/adapters.ts";
import { BLOB_ID, withCommittee } from "../support/availability.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { secretOf } from "../support/committees.ts";
import { placeOf } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;

/** Whether a call goes through. */
async function passes(to: { getAddress: () => Promise<string> }, data: string): Promise<boolean> {
  const call = { to: await to.getAddress(), data };
  return await ethers.provider.call(call).then(
    () => true,
    () => false,
  );
}

/** The call with a bit set in one of its words, above what the word's type holds. */
function dirty(data: string, word: number): string {
  const bytes = getBytes(data);
  bytes[4 + 32 * word] = 0x80;
  return hexlify(bytes);
}

/** A word that is hashed as it stands and acted upon without its upper bits would be two things at once. */
async function expectRefused(to: Parameters<typeof passes>[0], data: string, words: readonly number[]): Promise<void> {
  expect(await passes(to, data), "as it is").to.equal(true);
  for (const word of words) {
    expect(await passes(to, dirty(data, word)), `${dataSlice(data, 0, 4)}, word ${word.toString()}`).to.equal(false);
  }
}

async function withLeaf() {
  const made = await withPolicy();
  const { form, anchoredAt, ...leaf } = await made.settled();
  const { batchId, settler } = await only(made.proofs);
  return { ...made, form, anchoredAt, leaf, batchId, settler };
}

async function only(proofs: Awaited<ReturnType<typeof withPolicy>>["proofs"]) {
  const [event] = await proofs.queryFilter(proofs.filters.BatchSettled());
  if (event === undefined) throw new Error("nothing was settled");
  return event.args;
}

async function withOne() {
  return await withCommittee({ secrets: [secretOf("only")], weights: [1n] });
}

describe("A call with bits above what its words hold", () => {
  it("records nothing", async () => {
    const { proofs, leaf, batchId } = await loadFixture(withLeaf);
    const [id, ...place] = placeOf(batchId, leaf);
    const data = proofs.interface.encodeFunctionData("recordFromBatch", [id, ...place]);
    // The version, when it was produced, the verifier, the evidence's size, offset and length.
    await expectRefused(proofs, data, [2, 7, 8, 12, 13, 14]);
  });

  it("settles nothing", async () => {
    const { proofs } = await loadFixture(withLeaf);
    const bundle = { blobId: BLOB_ID, contentHash: BLOB_ID, size: 1n };
    const data = proofs.interface.encodeFunctionData("settle", [{ root: BLOB_ID, count: 1, bundle }]);
    await expectRefused(proofs, data, [1, 4]);
  });

  it("meets no policy", async () => {
    const { lens, leaf, batchId, policy } = await loadFixture(withLeaf);
    const { proof, offset, length, merkleProof, seal } = leaf;
    const batched = { batchId, proof, offset, length, merkleProof, seal };
    const data = lens.interface.encodeFunctionData("requireVerifiedInBatch", [batched, policy]);
    const start = Number(BigInt(dataSlice(data, 36, 68))) / 32;
    // Of the proof as above; of the policy its verifier, registry and greatest age.
    await expectRefused(lens, data, [4, 9, 10, 14, 15, 16, start, start + 1, start + 4]);
  });

  it("certifies nothing and asks about nothing", async () => {
    const { availability, at } = await loadFixture(withOne);
    const data = availability.interface.encodeFunctionData("certifiedWithin", [at, BLOB_ID, 1n]);
    await expectRefused(availability, data, [0, 2]);
  });
});
