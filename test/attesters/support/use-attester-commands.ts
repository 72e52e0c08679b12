import accessManager from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { ContractFactory } from "ethers";
import type { ContractTransaction, Signer } from "ethers";
import type { TaskArguments } from "hardhat/types/tasks";
import type { AttestersUserConfig } from "../../../src/hardhat/config-schema.ts";
import { openEnvironment } from "../../../src/hardhat/environment.ts";
import { AttesterRegistry__factory } from "../../../typechain/factories/AttesterRegistry__factory.ts";
import { ModelRegistry__factory } from "../../../typechain/factories/ModelRegistry__factory.ts";
import { ProofRegistry__factory } from "../../../typechain/factories/ProofRegistry__factory.ts";
import { P256Verifier__factory } from "../../../typechain/factories/signers/P256Verifier__factory.ts";
import { RsaPssVerifier__factory } from "../../../typechain/factories/signers/RsaPssVerifier__factory.ts";
import { AttestedSignatureVerifier__factory } from "../../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { documentOf } from "../../support/command-document.ts";
import type { CommandDocument } from "../../support/command-document.ts";
import { useCommandNetwork } from "../../support/command-network.ts";
import type { CommandNetwork } from "../../support/command-network.ts";

interface Deployable {
  getAddress(): Promise<string>;
  waitForDeployment(): Promise<unknown>;
}

export interface AttesterCommands extends Pick<CommandNetwork, "folder" | "run"> {
  /** Time of the newest block, in Unix seconds. */
  readonly now: () => Promise<number>;
  /** The same with `--json`. */
  readonly runJson: (
    words: string,
    args?: TaskArguments,
  ) => Promise<CommandDocument & { readonly code: number | null }>;
}

async function deployAll(signer: Signer): Promise<Readonly<Record<string, string>>> {
  const at = async (deploying: Promise<Deployable>): Promise<string> => {
    const contract = await deploying;
    await contract.waitForDeployment();
    return contract.getAddress();
  };
  const manager = new ContractFactory<[string], Deployable & { deploymentTransaction(): ContractTransaction | null }>(
    accessManager.abi,
    accessManager.bytecode,
    signer,
  );
  const attesterRegistry = await at(
    new AttesterRegistry__factory(signer).deploy(await at(manager.deploy(await signer.getAddress()))),
  );
  return {
    attesterRegistry,
    modelRegistry: await at(new ModelRegistry__factory(signer).deploy()),
    proofRegistry: await at(new ProofRegistry__factory(signer).deploy()),
    p256Verifier: await at(new P256Verifier__factory(signer).deploy()),
    rsaPssVerifier: await at(new RsaPssVerifier__factory(signer).deploy()),
    attestedSignatureVerifier: await at(new AttestedSignatureVerifier__factory(signer).deploy(attesterRegistry, 3600)),
  };
}

/** A chain with the contracts of attesters, a Walrus and the commands on them, for the tests of the surrounding `describe`. */
export function useAttesterCommands(configure: (folder: string) => Promise<AttestersUserConfig>): AttesterCommands {
  const { folder, hre, run } = useCommandNetwork({
    deploy: deployAll,
    configure: async (root) => ({ attesters: await configure(root) }),
  });
  return {
    folder,
    now: async () => {
      const environment = await openEnvironment(hre());
      const block = await environment.provider.getBlock("latest");
      await environment.close();
      return block?.timestamp ?? 0;
    },
    run,
    runJson: async (words, args = {}) => {
      const said = await run(words, { ...args, json: true });
      return { ...documentOf(said), code: said.code };
    },
  };
}
