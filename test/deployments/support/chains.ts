import { network } from "hardhat";
import { tmpdir } from "node:os";
import { bringFactory } from "../../../src/hardhat/bring-factory.ts";
import { CREATE_X } from "../../../src/deployments/create-x.ts";

export type Connection = Awaited<ReturnType<typeof network.create>>;

let factoryCode: Promise<string> | undefined;

async function readFactoryCode(): Promise<string> {
  const connection = await network.create();
  const { provider } = connection.ethers;
  const connect = () => Promise.resolve({ ...connection, close: () => Promise.resolve() });
  await bringFactory({ connect, ignitionDirectory: tmpdir(), chainId: 31_337n, provider });
  const code = await provider.getCode(CREATE_X);
  await connection.close();
  return code;
}

/** The factory's own code, as Ignition's signed transaction creates it. */
export function createXCode(): Promise<string> {
  return (factoryCode ??= readFactoryCode());
}

/** A chain of its own in this process, with the factory unless told otherwise, as public chains have it. */
export async function freshChain({
  chainId = 4242,
  hardfork = "osaka",
  factory = true,
}: { readonly chainId?: number; readonly hardfork?: string; readonly factory?: boolean } = {}): Promise<Connection> {
  const connection = await network.create({ network: "default", override: { chainId, hardfork } });
  if (factory) await connection.networkHelpers.setCode(CREATE_X, await createXCode());
  return connection;
}
