import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expect } from "chai";
import { getBytes, hexlify } from "ethers";
import { seeded } from "../../support/seeded.ts";
import { deployAvailability, STATUS } from "../support/availability.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import {
  bitmapOf,
  committeeOf,
  confirmation,
  invalidBlobId,
  keyOf,
  packSignature,
  secretOf,
  signatureOf,
} from "../support/committees.ts";

const ROUNDS = process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? 300 : 12;
const { longSignatures, G1 } = bls12_381;
const TAG = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

/** Random committees, signers, messages and keys: what the contracts say of a certificate, and what noble and plain arithmetic say. */
describe("Certificates of random committees", function () {
  this.timeout(ROUNDS * 20_000);

  it("are judged as another implementation judges them", async () => {
    const { availability, committees } = await networkHelpers.loadFixture(deployAvailability);
    const random = seeded(13);
    const below = (bound: number): number => Math.floor(random() * bound);
    const sources = await ethers.getSigners();
    const statuses = new Map<bigint, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await networkHelpers.mine();
      const members = 1 + below(below(2) === 0 ? 12 : 150);
      const secrets = Array.from({ length: members }, () => secretOf(`key ${below(1_000_000)}`));
      const weights = Array.from({ length: members }, () => BigInt(1 + below(8)));
      const startsAt = BigInt(await networkHelpers.time.latest());
      const epoch = BigInt(1 + round);
      const ours = committeeOf({ secrets, weights, startsAt, epoch });
      // Each source brings one: a source's epochs rise one by one.
      const source = sources[round % sources.length]!;
      const at = round < sources.length ? source : await freshSource();
      await committees.connect(at).importCommittee(ours);

      const likely = below(4);
      const signers = secrets.flatMap((_, place) => (likely > 0 && below(8) < 4 + likely ? [place] : []));
      const blobId = hexlify(Uint8Array.from({ length: 32 }, () => below(256)));
      const isInvalid = below(3) === 0;
      const message = isInvalid ? invalidBlobId(epoch, blobId) : confirmation(epoch, blobId);
      const lies = below(3) === 0;
      const signed = lies ? signers.slice(1) : signers;
      const signature = signatureOf(ours, signed, [message]);
      const certificate = packSignature(signature) + bitmapOf(signers).slice(2);

      const n = ours.nShards;
      const weight = signers.reduce((sum, place) => sum + weights[place]!, 0n);
      const quorum = isInvalid ? 3n * weight >= n + 1n : 3n * weight >= 2n * n + 1n;
      const key = signers.reduce((sum, place) => sum.add(keyOf(secrets[place]!)), G1.Point.ZERO);
      const point = longSignatures.hash(getBytes(message), TAG);
      const holds = !key.is0() && !signature.is0() && longSignatures.verify(signature, point, key);
      const expected = !quorum ? STATUS.BelowQuorum : holds ? STATUS.Valid : STATUS.WrongSignature;
      const status = await availability.checkCertificate(at, message, certificate);
      expect(status, `round ${round}: ${members} members, ${signers.length} signers`).to.equal(expected);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    for (const status of [STATUS.Valid, STATUS.BelowQuorum, STATUS.WrongSignature]) {
      expect(statuses.get(status) ?? 0, `rounds that ended with ${status}`).to.be.greaterThan(0);
    }
  });
});

async function freshSource() {
  const address = hexlify(getBytes(ethers.id(`source ${await networkHelpers.time.latest()}`)).slice(0, 20));
  await networkHelpers.setBalance(address, 10n ** 18n);
  await networkHelpers.impersonateAccount(address);
  return await ethers.getSigner(address);
}
