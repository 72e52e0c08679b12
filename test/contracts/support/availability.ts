import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { concat, id, keccak256 } from "ethers";
import { readVectors } from "../../walrus/vectors.ts";
import { ethers as shared } from "./chain.ts";
import { allBut, certificateOf, committeeOf, type CommitteeOptions, confirmation, secretOf } from "./committees.ts";
import { now } from "./deployment.ts";

/** The statuses by name, written out here once more on purpose: the numbers are part of the interface. */
export const STATUS = {
  GasShort: 0n,
  Valid: 1n,
  Unsupported: 2n,
  MalformedMessage: 3n,
  NotAscending: 4n,
  OtherEpoch: 5n,
  UnknownCommittee: 6n,
  Expired: 7n,
  InvalidBitmap: 8n,
  BelowQuorum: 9n,
  MalformedSignature: 10n,
  IdentityKey: 11n,
  SignatureOutsideGroup: 12n,
  WrongSignature: 13n,
} as const;

export const BLOB_ID = id("blob");
export const DAY = 86_400n;

/** All members of the committee of `withWeights`. */
export const EVERYONE = allBut(12);
/** The manifest of the version that `withAvailableModel` publishes, and the blobs that hold its files. */
export const MANIFEST = id("manifest blob");
export const BLOBS = ["first", "second", "third"].map((name) => id(name)).sort();

/** `test/vectors/walrus/bls-certificates.json`, as far as contracts are concerned. */
export interface CertificateVectors {
  readonly committee: {
    readonly epoch: number;
    readonly weights: readonly number[];
    readonly publicKeysUncompressed: readonly string[];
  };
  readonly message: { readonly hex: string; readonly hashToG2Uncompressed: string };
  readonly certs: readonly {
    readonly signers: readonly number[];
    readonly bitmapHex: string;
    readonly aggregateSignatureUncompressed: string;
  }[];
  readonly messageVectors: readonly {
    readonly src: string;
    readonly epoch: number;
    readonly blobIdHex?: string;
    readonly type: "Permanent" | "Deletable";
    readonly objectId?: string;
    readonly hex: string;
  }[];
}

export const vectors = readVectors<CertificateVectors>("bls-certificates.json");

export async function deployAvailability() {
  return await deployAvailabilityOn(shared);
}

export async function deployAvailabilityOn(ethers: HardhatEthers) {
  const [source, otherSource, stranger] = await ethers.getSigners();
  if (!source || !otherSource || !stranger) throw new Error("the chain has too few accounts");
  const committees = await ethers.deployContract("WalrusCommittees");
  const availability = await ethers.deployContract("BlobAvailability", [await committees.getAddress()]);
  return { committees, availability, source, otherSource, stranger };
}

/** The committee of the vectors: ten members with the keys 1 to 10 and a shard each, in epoch 5 that began now. */
export async function withVectors() {
  return await withCommittee({ secrets: Array.from({ length: 10 }, (_, place) => BigInt(place + 1)) });
}

/** A committee of twelve members who hold from 1 to 12 shards, in all 78. */
export async function withWeights() {
  return await withCommittee({
    secrets: Array.from({ length: 12 }, (_, place) => secretOf(`member ${place}`)),
    weights: Array.from({ length: 12 }, (_, place) => BigInt(place + 1)),
  });
}

/** A committee that is there from now on, with one shard a member unless said otherwise. */
export async function withCommittee(
  options: Pick<CommitteeOptions, "secrets"> & Partial<Omit<CommitteeOptions, "secrets">>,
) {
  const contracts = await deployAvailability();
  const committee = committeeOf({ weights: options.secrets.map(() => 1n), startsAt: await now(), ...options });
  await contracts.committees.connect(contracts.source).importCommittee(committee);
  return { ...contracts, committee, at: contracts.source.address };
}

/** A model of three blobs, and what certifies blobs of it in epoch 5, which began now. */
export async function withAvailableModel() {
  const certified = await withWeights();
  const { availability, committee, at, source } = certified;
  const models = await shared.deployContract("ModelRegistry");
  const lens = await shared.deployContract("AvailabilityLens", [
    await models.getAddress(),
    await availability.getAddress(),
  ]);
  await models.connect(source).register("iris");
  const modelId = await models.modelIdOf(source, "iris");
  const release = {
    manifest: { blobId: MANIFEST, contentHash: id("manifest bytes"), size: 1234n },
    blobsHash: keccak256(concat(BLOBS)),
    endEpoch: 50n,
    label: "v1",
  };
  await models.connect(source).publish(modelId, release);
  async function certify(...blobIds: readonly string[]): Promise<void> {
    const messages = blobIds.toSorted().map((blobId) => confirmation(5n, blobId));
    await availability.certifyMany(at, messages, certificateOf(committee, EVERYONE, ...messages));
  }
  const policy = { source: at, maxAge: DAY };
  return { ...certified, models, lens, modelId, release, certify, policy };
}
