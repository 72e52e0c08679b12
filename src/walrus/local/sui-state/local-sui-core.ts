import { createHash } from "node:crypto";

import { type BaseClient, CoreClient, ObjectError, type SuiClientTypes, TransactionError } from "@mysten/sui/client";
import { Transaction, TransactionDataBuilder } from "@mysten/sui/transactions";
import { normalizeStructTag, normalizeSuiAddress } from "@mysten/sui/utils";
import { verifyTransactionSignature } from "@mysten/sui/verify";

import { base58 } from "../base58.ts";
import { blobMoveObject, LOCAL_BLOB_TYPE } from "./blob-move-object.ts";
import { LedgerTransactions, type LocalTransaction } from "./ledger-transactions.ts";
import { LOCAL_PACKAGE, LOCAL_WAL_TYPE } from "./local-package.ts";
import type { LocalSystem } from "./local-system.ts";
import { resolveLocalTransaction } from "./resolve-local-transaction.ts";
import { type MoveObject, systemObjects } from "./system-objects.ts";
import { transactionResult } from "./transaction-results.ts";

const CHAIN = base58(createHash("sha256").update("scrimshaw local sui").digest());
/** What every address owns of everything: nobody pays on a local network. */
const BALANCE = String(2n ** 60n);

function digestOf(content: Uint8Array): string {
  return base58(createHash("sha256").update(content).digest());
}

function ownerOf({ owner }: MoveObject): SuiClientTypes.ObjectOwner {
  if (owner === "shared") return { $kind: "Shared", Shared: { initialSharedVersion: "1" } };
  if ("address" in owner) return { $kind: "AddressOwner", AddressOwner: owner.address };
  return { $kind: "ObjectOwner", ObjectOwner: owner.object };
}

function served<Include extends SuiClientTypes.ObjectInclude>(object: MoveObject): SuiClientTypes.Object<Include> {
  const known: SuiClientTypes.Object<{ content: true }> = {
    objectId: object.objectId,
    version: "1",
    digest: digestOf(object.content),
    owner: ownerOf(object),
    type: normalizeStructTag(object.type),
    content: new Uint8Array(object.content),
    previousTransaction: undefined,
    objectBcs: undefined,
    json: undefined,
    display: undefined,
  };
  // What was not asked for is there all the same, as the type allows no conditional value.
  return known as SuiClientTypes.Object<Include>;
}

/** The core interface of `LocalSuiClient`. What it was not made for it refuses. */
export class LocalSuiCore extends CoreClient {
  readonly #system: LocalSystem;
  readonly #transactions: LedgerTransactions;

  constructor({ base, system }: { readonly base: BaseClient; readonly system: LocalSystem }) {
    super({ base, network: base.network });
    this.#system = system;
    this.#transactions = new LedgerTransactions(system);
  }

  /** The transactions carried out, in their order. */
  get transactions(): readonly LocalTransaction[] {
    return this.#transactions.done;
  }

  override getObjects<Include extends SuiClientTypes.ObjectInclude = object>({
    objectIds,
  }: SuiClientTypes.GetObjectsOptions<Include>): Promise<SuiClientTypes.GetObjectsResponse<Include>> {
    const objects = new Map(systemObjects(this.#system.committee()).map((object) => [object.objectId, object]));
    const found = objectIds.map((given) => {
      const objectId = normalizeSuiAddress(given);
      const blob = this.#system.ledger.object(objectId);
      const object = blob === undefined ? objects.get(objectId) : blobMoveObject(blob);
      if (object !== undefined) return served<Include>(object);
      return new ObjectError("notExists", `Object ${objectId} does not exist`, { reason: "notFound", objectId });
    });
    return Promise.resolve({ objects: found });
  }

  override listOwnedObjects<Include extends SuiClientTypes.ObjectInclude = object>({
    owner,
    type,
  }: SuiClientTypes.ListOwnedObjectsOptions<Include>): Promise<SuiClientTypes.ListOwnedObjectsResponse<Include>> {
    const wanted = type === undefined || normalizeStructTag(type) === normalizeStructTag(LOCAL_BLOB_TYPE);
    const { ledger } = this.#system;
    const owned = ledger.blobs().flatMap((blobId) => ledger.objects(blobId).filter((object) => object.owner === owner));
    const objects = wanted ? owned.map((object) => served<Include>(blobMoveObject(object))) : [];
    return Promise.resolve({ objects, hasNextPage: false, cursor: null });
  }

  override getBalance({
    coinType = "0x2::sui::SUI",
  }: SuiClientTypes.GetBalanceOptions): Promise<SuiClientTypes.GetBalanceResponse> {
    const balance = {
      coinType: normalizeStructTag(coinType),
      balance: BALANCE,
      coinBalance: "0",
      addressBalance: BALANCE,
    };
    return Promise.resolve({ balance });
  }

  override listCoins(): Promise<SuiClientTypes.ListCoinsResponse> {
    return Promise.resolve({ objects: [], hasNextPage: false, cursor: null });
  }

  /** Knows the one function of which `@mysten/walrus` asks the signature, to learn WAL's type. */
  override getMoveFunction({
    packageId,
    moduleName,
    name,
  }: SuiClientTypes.GetMoveFunctionOptions): Promise<SuiClientTypes.GetMoveFunctionResponse> {
    const target = `${normalizeSuiAddress(packageId)}::${moduleName}::${name}`;
    if (target !== `${LOCAL_PACKAGE.packageId}::staking::stake_with_pool`)
      return this.#refuse(`the signature of ${target}`);
    const datatype = (typeName: string, ...typeParameters: SuiClientTypes.OpenSignatureBody[]) =>
      ({ $kind: "datatype", datatype: { typeName, typeParameters } }) as const;
    const staking = datatype(`${LOCAL_PACKAGE.packageId}::staking::Staking`);
    const coin = datatype("0x2::coin::Coin", datatype(LOCAL_WAL_TYPE));
    return Promise.resolve({
      function: {
        packageId: LOCAL_PACKAGE.packageId,
        moduleName,
        name,
        visibility: "public",
        isEntry: false,
        typeParameters: [],
        parameters: [
          { reference: "mutable", body: staking },
          { reference: null, body: coin },
          { reference: null, body: datatype("0x2::object::ID") },
        ],
        returns: [{ reference: null, body: datatype(`${LOCAL_PACKAGE.packageId}::staked_wal::StakedWal`) }],
      },
    });
  }

  override resolveTransactionPlugin(): ReturnType<CoreClient["resolveTransactionPlugin"]> {
    return resolveLocalTransaction({
      chain: CHAIN,
      epoch: this.#system.committee().epoch,
      find: (objectId) => {
        const blob = this.#system.ledger.object(objectId);
        return blob && { objectId, version: "1", digest: digestOf(blobMoveObject(blob).content) };
      },
    });
  }

  override async executeTransaction<Include extends SuiClientTypes.TransactionInclude = object>({
    transaction,
    signatures,
  }: SuiClientTypes.ExecuteTransactionOptions<Include>): Promise<SuiClientTypes.TransactionResult<Include>> {
    const data = TransactionDataBuilder.fromBytes(transaction);
    const sender = data.sender ?? "";
    for (const signature of signatures) await verifyTransactionSignature(transaction, signature, { address: sender });
    if (signatures.length === 0) throw new Error("the transaction is not signed");
    return transactionResult(await this.#transactions.execute({ bytes: transaction, data, sender, signatures }));
  }

  override async simulateTransaction<Include extends SuiClientTypes.SimulateTransactionInclude = object>({
    transaction,
  }: SuiClientTypes.SimulateTransactionOptions<Include>): Promise<SuiClientTypes.SimulateTransactionResult<Include>> {
    const bytes = transaction instanceof Transaction ? await transaction.build({ client: this }) : transaction;
    const result = transactionResult<Include>(this.#transactions.simulate(bytes));
    // No call returns a value to the client here.
    const commandResults = undefined as SuiClientTypes.SimulateTransactionResult<Include>["commandResults"];
    return { ...result, commandResults };
  }

  override getTransaction<Include extends SuiClientTypes.TransactionInclude = object>({
    digest,
  }: SuiClientTypes.GetTransactionOptions<Include>): Promise<SuiClientTypes.TransactionResult<Include>> {
    const executed = this.#transactions.find(digest);
    if (executed === undefined) return Promise.reject(new TransactionError("notFound", digest));
    return Promise.resolve(transactionResult(executed));
  }

  override getReferenceGasPrice(): Promise<SuiClientTypes.GetReferenceGasPriceResponse> {
    return Promise.resolve({ referenceGasPrice: "1000" });
  }

  override getChainIdentifier(): Promise<SuiClientTypes.GetChainIdentifierResponse> {
    return Promise.resolve({ chainIdentifier: CHAIN });
  }

  override getCurrentSystemState(): Promise<SuiClientTypes.GetCurrentSystemStateResponse> {
    return this.#refuse("Sui's own system state");
  }

  override getProtocolConfig(): Promise<SuiClientTypes.GetProtocolConfigResponse> {
    return this.#refuse("a protocol configuration");
  }

  override listBalances(): Promise<SuiClientTypes.ListBalancesResponse> {
    return this.#refuse("a list of balances");
  }

  override getCoinMetadata(): Promise<SuiClientTypes.GetCoinMetadataResponse> {
    return this.#refuse("descriptions of coins");
  }

  override listDynamicFields(): Promise<SuiClientTypes.ListDynamicFieldsResponse> {
    return this.#refuse("a list of dynamic fields");
  }

  override listTransactions(): Promise<never> {
    return this.#refuse("a list of transactions");
  }

  override listEvents(): Promise<SuiClientTypes.ListEventsResponse> {
    return this.#refuse("a list of events");
  }

  override verifyZkLoginSignature(): Promise<SuiClientTypes.ZkLoginVerifyResponse> {
    return this.#refuse("zkLogin");
  }

  override defaultNameServiceName(): Promise<SuiClientTypes.DefaultNameServiceNameResponse> {
    return this.#refuse("names");
  }

  override resolveNameServiceAddress(): Promise<SuiClientTypes.ResolveNameServiceAddressResponse> {
    return this.#refuse("names");
  }

  #refuse(what: string): Promise<never> {
    return Promise.reject(new Error(`the local network has no ${what}`));
  }
}
