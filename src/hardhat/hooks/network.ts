import type { HookContext, NetworkHooks } from "hardhat/types/hooks";
import type { NetworkConnection } from "hardhat/types/network";
import { lazyConnection } from "../connection.ts";

/** Gives each connection its `scrimshaw`, and closes with the connection what was opened through it. */
export default (): Promise<Partial<NetworkHooks>> => {
  const closing = new WeakMap<object, () => Promise<void>>();
  return Promise.resolve({
    newConnection: async <T extends string>(
      context: HookContext,
      next: (context: HookContext) => Promise<NetworkConnection<T>>,
    ) => {
      const connection = await next(context);
      const { scrimshaw, close } = lazyConnection({ config: context.config, connection });
      connection.scrimshaw = scrimshaw;
      closing.set(connection, close);
      return connection;
    },
    closeConnection: async <T extends string>(
      context: HookContext,
      connection: NetworkConnection<T>,
      next: (context: HookContext, connection: NetworkConnection<T>) => Promise<void>,
    ) => {
      await closing.get(connection)?.();
      await next(context, connection);
    },
  });
};
