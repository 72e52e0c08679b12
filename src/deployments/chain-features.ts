import type { Provider } from "ethers";
import { callChain } from "../chain/revert.ts";
import { hasCreateX } from "./create-x.ts";
import { FACTORY_CHAIN, OWN_ADDRESSES } from "./no-factory.ts";

/** What a chain offers to the contracts, and whether it does. */
export interface ChainFeature {
  readonly name: "EIP-2537" | "EIP-7951" | "CreateX";
  readonly present: boolean;
  /** What works by it, and what does not without it. */
  readonly meaning: string;
}

const at = (place: number): string => `0x${place.toString(16).padStart(40, "0")}`;
const zeros = (bytes: number): string => `0x${"00".repeat(bytes)}`;
const ONE = `0x${"00".repeat(31)}01`;

/** Where MAP_FP2_TO_G2 puts zero, by `@noble/curves`. */
const MAPPED_ZERO = `0x${["00000000000000000000000000000000018320896ec9eef9d5e619848dc29ce266f413d02dd31d9b9d44ec0c79cd61f18b075ddba6d7bd20b7ff27a4b324bfce", "000000000000000000000000000000000a67d12118b5a35bb02d2e86b3ebfa7e23410db93de39fb06d7025fa95e96ffa428a7a27c3ae4dd4b40bd251ac658892", "000000000000000000000000000000000260e03644d1a2c321256b3246bad2b895cad13890cbe6f85df55106a0d334604fb143c7a042d878006271865bc35941", "0000000000000000000000000000000004c69777a43f0bda07679d5805e63f18cf4e0e7c6112ac7f70266d199b4f76ae27c6269a3ceebdae30806e9a76aadf5c"].join("")}`;

const BRINGS_FACTORY = "`npx hardhat deployment create` brings it to this development chain first";

interface Probe {
  readonly to: string;
  readonly data: string;
  readonly answer: string;
}

/** The precompiles that the contracts call, each with points at infinity or the field's zero. */
const BLS12_381: readonly Probe[] = [
  { to: at(0x0b), data: zeros(256), answer: zeros(128) },
  { to: at(0x0c), data: zeros(160), answer: zeros(128) },
  { to: at(0x0d), data: zeros(512), answer: zeros(256) },
  { to: at(0x0f), data: zeros(384), answer: ONE },
  { to: at(0x11), data: zeros(128), answer: MAPPED_ZERO },
];

/** RFC 6979, A.2.5: the message "sample" with SHA-256, on P-256. */
const P256: Probe = {
  to: at(0x100),
  data: [
    "0xaf2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  ].join(""),
  answer: ONE,
};

async function answers(provider: Provider, { to, data, answer }: Probe): Promise<boolean> {
  try {
    return (await provider.call({ to, data })) === answer;
  } catch (error) {
    // A node that cannot be asked is told as such; one that refuses the call lacks the precompile.
    await callChain({ what: "read the chain id", call: () => provider.getNetwork() });
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * Asks the chain itself for what the contracts need of it. The contracts deploy everywhere; this tells which of them work.
 * @throws ScrimshawError `chain.unreachable`, `deployment.other-factory`
 */
export async function chainFeatures(provider: Provider): Promise<ChainFeature[]> {
  const [bls, p256, createX] = await Promise.all([
    Promise.all(BLS12_381.map((probe) => answers(provider, probe))),
    answers(provider, P256),
    hasCreateX(provider),
  ]);
  const all = bls.every(Boolean);
  const { chainId } = await callChain({ what: "read the chain id", call: () => provider.getNetwork() });
  return [
    {
      name: "EIP-2537",
      present: all,
      meaning: all
        ? "BLS12-381: certificates of Walrus can be verified"
        : "BLS12-381 is missing: BlobAvailability answers Unsupported, and committees cannot be imported; all else works",
    },
    {
      name: "EIP-7951",
      present: p256,
      meaning: p256
        ? "P-256: signatures of such attesters cost some 9,000 gas"
        : "P-256 is missing: P256Verifier computes it itself, for some 240,000 gas a signature",
    },
    {
      name: "CreateX",
      present: createX,
      meaning: createX
        ? "contracts get the same addresses as on other chains"
        : `no CREATE2 factory: ${chainId === FACTORY_CHAIN ? BRINGS_FACTORY : OWN_ADDRESSES}`,
    },
  ];
}
