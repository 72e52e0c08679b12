import { id } from "ethers";
import { network } from "hardhat";
import { deployAvailabilityOn } from "./availability.ts";
import {
  allBut,
  certificateOf,
  committeeOf,
  confirmation,
  dealWeights,
  invalidBlobId,
  secretOf,
} from "./committees.ts";

const START = 0xf1f1f111n;
const SHARDS = 1000;
const ABSENT = 33;
const TOGETHER = 10;

function committee(members: number, epoch: bigint, startsAt: bigint) {
  const secrets = Array.from({ length: members }, (_, place) => secretOf(`member ${place}`));
  return committeeOf({ secrets, weights: dealWeights(members, SHARDS), epoch, startsAt });
}

/** Whole transactions of certificates and committees, from their receipts; of many blobs at once the share of each. */
export async function availabilityGas(): Promise<Record<string, number>> {
  const { ethers, networkHelpers } = await network.create();
  await networkHelpers.time.increaseTo(START);
  const { committees, availability, source } = await deployAvailabilityOn(ethers);
  const gas: Record<string, number> = {};
  const send = async (
    name: string,
    transaction: ReturnType<typeof availability.certify>,
    shares = 1,
  ): Promise<void> => {
    const receipt = await (await transaction).wait();
    gas[name] = Math.ceil(Number(receipt?.gasUsed ?? 0n) / shares);
  };
  const ours = committee(100, 5n, START);
  await send("WalrusCommittees.importCommittee (100 members)", committees.importCommittee(ours));
  const all = allBut(100);
  // Spread, as those who sleep are, and not all in one byte of the bitmap.
  const present = allBut(100, all.filter((place) => place % 3 === 1).slice(0, ABSENT));
  for (const [name, signers] of [
    ["none of 100 absent", all],
    ["33 of 100 absent", present],
  ] as const) {
    const message = confirmation(5n, id(name));
    const certificate = certificateOf(ours, signers, message);
    await send(`BlobAvailability.certify (${name})`, availability.certify(source, message, certificate));
  }
  const messages = Array.from({ length: TOGETHER }, (_, index) => id(`blob ${index}`))
    .sort()
    .map((blobId) => confirmation(5n, blobId));
  const together = certificateOf(ours, all, ...messages);
  await send(
    "BlobAvailability.certifyMany (each of ten)",
    availability.certifyMany(source, messages, together),
    TOGETHER,
  );
  const wrong = invalidBlobId(5n, id("invalid"));
  await send(
    "BlobAvailability.invalidate (none of 100 absent)",
    availability.invalidate(source, wrong, certificateOf(ours, all, wrong)),
  );
  await send(
    "WalrusCommittees.importCommittee (150 members)",
    committees.importCommittee(committee(150, 6n, START + 1n)),
  );
  return gas;
}
