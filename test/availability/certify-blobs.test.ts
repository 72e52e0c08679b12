import { expect } from "chai";
import { id } from "ethers";
import type { Hex } from "../../src/chain/sign-digest.ts";
import { blobsWithin, certifyBlobs } from "../../src/availability/certify-blobs.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { blobIdFromHex, blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { CollectedCertificate } from "../../src/walrus/collect-certificate.ts";
import { decodeConfirmation } from "../../src/walrus/confirmation-message.ts";
import { withWeights } from "../contracts/support/availability.ts";
import { networkHelpers } from "../contracts/support/chain.ts";
import {
  allBut,
  bitmapOf,
  certificateOf,
  confirmation,
  invalidBlobId,
  signatureOf,
  type TestCommittee,
} from "../contracts/support/committees.ts";
import { failure } from "../walrus/failure.ts";

const { loadFixture } = networkHelpers;
const EVERYONE = allBut(12);
const blobIds = Array.from({ length: 7 }, (_, place) => id(`blob ${place}`))
  .sort()
  .map(blobIdFromHex);

function signed(committee: TestCommittee, blobId: string, signers: readonly number[]): CollectedCertificate {
  const message = confirmation(committee.epoch, blobIdToHex(blobId)) as Hex;
  const signature = Buffer.from(signatureOf(committee, signers, [message]).toBytes()).toString("hex");
  return {
    certificate: { message, bitmap: bitmapOf(signers) as Hex, signature: `0x${signature}` },
    facts: { ...decodeConfirmation(Buffer.from(message.slice(2), "hex")), weight: 78, signers },
  };
}

/** Storage nodes that sign for what they are asked, but for `absent`; the blobs in `apart` by fewer of them. */
function nodes(
  committee: TestCommittee,
  { absent = [], apart = [] }: { readonly absent?: readonly string[]; readonly apart?: readonly string[] } = {},
) {
  const asked: string[][] = [];
  const lost = new ScrimshawError({ code: "walrus.certificate-below-quorum", expected: "a", found: "b", next: "c" });
  const certificates = ({ blobIds: wanted }: { readonly blobIds: readonly string[] }) => {
    asked.push([...wanted]);
    const there = wanted
      .filter((blobId) => !absent.includes(blobId))
      .sort((a, b) => (blobIdToHex(a) < blobIdToHex(b) ? -1 : 1));
    const together = there.filter((blobId) => !apart.includes(blobId)).map((one) => signed(committee, one, EVERYONE));
    const alone = there.filter((one) => apart.includes(one)).map((one) => [signed(committee, one, allBut(12, [3]))]);
    const groups = [together, ...alone].filter((group) => group.length > 0);
    const missing = new Map(wanted.filter((one) => absent.includes(one)).map((one) => [one, lost]));
    return Promise.resolve({ groups, missing });
  };
  return { certificates, asked };
}

async function world() {
  const { availability, committee, committees, at, source } = await loadFixture(withWeights);
  return { registry: availability, committee, committees, signer: source, source: at as Hex };
}

describe("certifyBlobs", () => {
  it("certifies many blobs in one transaction, in whatever order they were named", async () => {
    const { registry, source, committee } = await world();
    const named = [...blobIds.toReversed(), blobIds[2]!];
    const { transactions, known, missing } = await certifyBlobs({
      ...{ registry, source, blobIds: named, store: nodes(committee) },
    });
    expect([known.length, missing.size, transactions.length]).to.deep.equal([0, 0, 1]);
    expect(transactions[0]!.blobIds).to.deep.equal(blobIds);
    expect(transactions[0]!.transactionHash).to.match(/^0x[0-9a-f]{64}$/);
    for (const blobId of blobIds)
      expect((await registry.lastCertified(source, blobIdToHex(blobId))).epoch).to.equal(5n);
  });

  it("keeps a transaction below the gas it was told", async () => {
    const { registry, source, committee } = await world();
    const maxGas = 600_000;
    expect(blobsWithin(maxGas)).to.equal(3);
    const store = nodes(committee);
    const { transactions } = await certifyBlobs({ registry, source, blobIds, store, maxGas });
    expect(transactions.map(({ blobIds: some }) => some.length)).to.deep.equal([3, 3, 1]);
    expect(store.asked).to.deep.equal([blobIds.slice(0, 3), blobIds.slice(3, 6), blobIds.slice(6)]);
    for (const { gas } of transactions) expect(Number(gas)).to.be.lessThan(maxGas);
    expect(blobsWithin(1)).to.equal(1);
  });

  it("sends certificates by other signers for themselves", async () => {
    const { registry, source, committee } = await world();
    const apart = [blobIds[1]!, blobIds[4]!];
    const { transactions } = await certifyBlobs({ registry, source, blobIds, store: nodes(committee, { apart }) });
    expect(transactions.map(({ blobIds: some }) => some.length)).to.deep.equal([5, 1, 1]);
    for (const blobId of blobIds)
      expect((await registry.lastCertified(source, blobIdToHex(blobId))).epoch).to.equal(5n);
  });

  it("leaves alone what was certified in this epoch, and goes on with the rest", async () => {
    const { registry, source, committee, committees, signer } = await world();
    const store = nodes(committee);
    await certifyBlobs({ registry, source, blobIds: blobIds.slice(0, 3), store });
    const rest = await certifyBlobs({ registry, source, blobIds, store, epoch: 5 });
    expect(rest.known).to.deep.equal(blobIds.slice(0, 3).map((blobId) => ({ blobId, epoch: 5 })));
    expect(store.asked.at(-1)).to.deep.equal(blobIds.slice(3));
    // Who does not know the epoch asks the nodes, and sends nothing.
    const again = await certifyBlobs({ registry, source, blobIds, store });
    expect([again.known.length, again.transactions.length]).to.deep.equal([7, 0]);
    // In the next epoch all of them are wanted again.
    const next = { ...committee, epoch: 6n, startsAt: committee.startsAt + 1n };
    await committees.connect(signer).importCommittee(next);
    const later = await certifyBlobs({ registry, source, blobIds, store: nodes(next), epoch: 6 });
    expect(later.transactions.map(({ epoch, blobIds: some }) => [epoch, some.length])).to.deep.equal([[6, 7]]);
  });

  it("does what it can when some blobs are lost or invalid, and says why", async () => {
    const { registry, source, committee } = await world();
    const message = invalidBlobId(5n, blobIdToHex(blobIds[0]!));
    await registry.invalidate(source, message, certificateOf(committee, EVERYONE, message));
    const store = nodes(committee, { absent: [blobIds[3]!] });
    const { transactions, missing } = await certifyBlobs({ registry, source, blobIds, store });
    expect([...missing].map(([blobId, { code }]) => [blobId, code])).to.deep.equal([
      [blobIds[0], "availability.blob-invalid"],
      [blobIds[3], "walrus.certificate-below-quorum"],
    ]);
    expect(transactions.flatMap(({ blobIds: some }) => some)).to.have.length(5);
  });

  it("estimates and sends nothing in a dry run", async () => {
    const { registry, source, committee } = await world();
    const dry = await certifyBlobs({ registry, source, blobIds, store: nodes(committee), dryRun: true });
    const [would] = dry.transactions;
    expect(would).to.include({ transactionHash: undefined, epoch: 5 });
    expect((await registry.lastCertified(source, blobIdToHex(blobIds[0]!))).epochStart).to.equal(0n);
    const real = await certifyBlobs({ registry, source, blobIds, store: nodes(committee) });
    const [estimated, used] = [Number(would!.gas), Number(real.transactions[0]!.gas)];
    expect(estimated).to.be.within(used, 1.3 * used);
  });

  it("sends nothing that the chain would refuse, and says what to do", async () => {
    const { registry, committee } = await world();
    const source = `0x${"5".repeat(40)}` as const;
    for (const some of [blobIds, blobIds.slice(0, 1)]) {
      const error = await failure(certifyBlobs({ registry, source, blobIds: some, store: nodes(committee) }));
      expect(error.code).to.equal("availability.certificate-refused");
      expect(error.found).to.include("status 6");
      expect(error.next).to.include("committee import");
    }
  });

  it("sends nothing after an abort", async () => {
    const { registry, source, committee } = await world();
    const abort = new AbortController();
    const store = nodes(committee);
    const certificates: typeof store.certificates = (options) => {
      abort.abort(new Error("enough"));
      return store.certificates(options);
    };
    const { signal } = abort;
    const work = certifyBlobs({ registry, source, blobIds, store: { certificates }, signal });
    expect(await work.catch((error: unknown) => error)).to.have.property("message", "enough");
    expect((await registry.lastCertified(source, blobIdToHex(blobIds[0]!))).epochStart).to.equal(0n);
  });
});
