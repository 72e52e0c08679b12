import { BaseClient } from "@mysten/sui/client";

import type { LocalTransaction } from "./ledger-transactions.ts";
import { LocalSuiCore } from "./local-sui-core.ts";
import type { LocalSystem } from "./local-system.ts";

/**
 * A Sui client in front of a local network, for `@mysten/walrus` and everything that reads Walrus from Sui: its system, staking and blob
 * objects in BCS, and transactions that register, certify, extend and delete blobs, whose signatures are checked. There is no chain
 * behind it: coins are not counted, and versions do not move.
 * @example
 * const suiClient = new LocalSuiClient(walrus.system);
 * const client = new WalrusClient({ packageConfig: LOCAL_PACKAGE, suiClient, storageNodeUrlScheme: "http" });
 */
export class LocalSuiClient extends BaseClient {
  override readonly core: LocalSuiCore;

  constructor(system: LocalSystem) {
    super({ network: "localnet" });
    this.core = new LocalSuiCore({ base: this, system });
  }

  /** The transactions carried out, in their order. */
  get transactions(): readonly LocalTransaction[] {
    return this.core.transactions;
  }
}
