import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { id } from "ethers";
import { readVectors } from "../../walrus/vectors.ts";
import { ethers as shared } from "./chain.ts";
import { committeeOf, type CommitteeOptions, secretOf } from "./committees.ts";
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
