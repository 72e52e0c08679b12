import { expect } from "chai";
import { id, Interface, toBeHex, type JsonFragment } from "ethers";
import hre from "hardhat";
import { tensorFrame } from "../../src/proofs/groth16/tensor-frame.ts";
import { deployAvailability } from "./support/availability.ts";
import { withPolicy } from "./support/adapters.ts";
import { ethers, networkHelpers } from "./support/chain.ts";
import { TrapdoorKey } from "./support/groth16.ts";
import { statementOf } from "./support/proofs.ts";

const ERC165 = ["function supportsInterface(bytes4)"];
/** What others specified, written out here once more on purpose. */
const STANDARDS: Readonly<Record<string, readonly string[]>> = {
  IERC165: ERC165,
  IERC5267: ["function eip712Domain()"],
  IERC7913SignatureVerifier: ["function verify(bytes, bytes32, bytes)"],
};

/** All interfaces by which each contract that can be deployed is to be known, beside ERC-165 itself. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  ModelRegistry: ["IModelRegistry", "IModelOwnership", "IModelDocuments", "IVersioned", "IERC5267"],
  ProofRegistry: ["IProofRegistry", "IVersioned", "IERC5267"],
  AttesterRegistry: ["IAttesterRegistry", "IAttesterMeasurements", "IAttesterLife", "IVersioned", "IERC5267"],
  BlobAvailability: ["IBlobAvailability", "IVersioned"],
  WalrusCommittees: ["IWalrusCommittees", "IVersioned"],
  ProofLens: ["IProofLens", "IVersioned"],
  AvailabilityLens: ["IAvailabilityLens", "IVersioned"],
  P256Verifier: ["IERC7913SignatureVerifier", "IVersioned"],
  RsaPssVerifier: ["IERC7913SignatureVerifier", "IVersioned"],
  AttestedSignatureVerifier: ["IProofVerifier", "IWithdrawalVerifier", "IAttestedSignatureVerifier", "IVersioned"],
  Groth16HashVerifier: ["IProofVerifier", "IGroth16Verifier", "IVersioned"],
  Groth16TensorVerifier: ["IProofVerifier", "IGroth16Verifier", "IGroth16TensorVerifier", "IVersioned"],
  ERC7007Verifier: ["IERC7007Verifier", "IPolicyAdapter", "IVersioned"],
  ERC8004Validator: ["IERC8004Validator", "IPolicyAdapter", "IVersioned"],
  QuorumVerifier: ["IProofVerifier"],
  InferenceEscrow: ["IInferenceEscrow"],
  InferenceFeed: ["IInferenceFeed"],
};

const selectorsOf = (abi: readonly (string | JsonFragment)[]): Set<string> => {
  const selectors = new Set<string>();
  new Interface(abi).forEachFunction(({ selector }) => selectors.add(selector));
  return selectors;
};

/** Interfaces by name with the functions that each adds to those that it inherits from, and all contracts that can be deployed. */
async function readArtifacts() {
  const interfaces = new Map(Object.entries(STANDARDS).map(([name, abi]) => [name, selectorsOf(abi)]));
  const contracts: string[] = [];
  for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
    if (!name.startsWith("contracts/")) continue;
    const { abi, bytecode, contractName } = await hre.artifacts.readArtifact(name);
    const selectors = selectorsOf(abi as JsonFragment[]);
    if (selectors.size === 0) continue;
    if (bytecode !== "0x") contracts.push(contractName);
    else if (/^I[A-Z]/.test(contractName)) interfaces.set(contractName, selectors);
  }
  const isPart = (part: Set<string>, whole: Set<string>) =>
    part.size < whole.size && [...part].every((one) => whole.has(one));
  const own = new Map(
    [...interfaces].map(([name, selectors]) => {
      const parents = [...interfaces.values()].filter((other) => isPart(other, selectors));
      return [name, [...selectors].filter((one) => !parents.some((parent) => parent.has(one)))] as const;
    }),
  );
  return { own, contracts };
}

const interfaceIdOf = (selectors: readonly string[]): string =>
  toBeHex(
    selectors.reduce((sum, selector) => sum ^ BigInt(selector), 0n),
    4,
  );

/** The address of one of each. */
async function deployAll(): Promise<Readonly<Record<string, { readonly target: unknown }>>> {
  const { models, proofs, attesters, lens, verifier, p256, rsaPss, policy, accounts } = await withPolicy();
  const { availability, committees } = await deployAvailability();
  const at = await lens.getAddress();
  const { modelId, modelVersion, manifestHash } = statementOf("circuit");
  const version = { modelId, modelVersion, manifestHash };
  const frame = tensorFrame({ name: "x", dtype: "uint8", shape: [1] });
  const availabilityLens = await ethers.deployContract("AvailabilityLens", [
    await models.getAddress(),
    await availability.getAddress(),
  ]);
  const { address } = accounts.stranger;
  return {
    ModelRegistry: models,
    ProofRegistry: proofs,
    AttesterRegistry: attesters,
    BlobAvailability: availability,
    WalrusCommittees: committees,
    ProofLens: lens,
    AvailabilityLens: availabilityLens,
    P256Verifier: p256,
    RsaPssVerifier: rsaPss,
    AttestedSignatureVerifier: verifier,
    Groth16HashVerifier: await ethers.deployContract("Groth16HashVerifier", [version, 60, new TrapdoorKey(6).key]),
    Groth16TensorVerifier: await ethers.deployContract("Groth16TensorVerifier", [
      version,
      60,
      new TrapdoorKey(3).key,
      frame,
      frame,
    ]),
    ERC7007Verifier: await ethers.deployContract("ERC7007Verifier", [at, policy]),
    ERC8004Validator: await ethers.deployContract("ERC8004Validator", [address, at, policy]),
    QuorumVerifier: await ethers.deployContract("QuorumVerifier", [[address, address, address]]),
    InferenceEscrow: await ethers.deployContract("InferenceEscrow", [at, await availabilityLens.getAddress()]),
    InferenceFeed: await ethers.deployContract("InferenceFeed", [at, { ...policy, maxAge: 60n }]),
  };
}

describe("ERC-165", () => {
  it("is answered by every contract, for each interface that it has and for no other", async () => {
    const { own, contracts } = await readArtifacts();
    expect(Object.keys(EXPECTED).sort()).to.deep.equal(contracts.sort());
    expect(interfaceIdOf(own.get("IERC165") ?? [])).to.equal("0x01ffc9a7");
    const deployed = await networkHelpers.loadFixture(deployAll);
    for (const [name, expected] of Object.entries(EXPECTED)) {
      const contract = await ethers.getContractAt("IVersioned", String(deployed[name]?.target));
      for (const [other, selectors] of own) {
        // An interface that only joins others has no id of its own.
        if (selectors.length === 0) continue;
        const supported = await contract.supportsInterface(interfaceIdOf(selectors));
        expect(supported, `${name}: ${other}`).to.equal(other === "IERC165" || expected.includes(other));
      }
      for (const none of ["0xffffffff", "0x00000000", id(name).slice(0, 10)]) {
        expect(await contract.supportsInterface(none), `${name}: ${none}`).to.equal(false);
      }
    }
  });
});
