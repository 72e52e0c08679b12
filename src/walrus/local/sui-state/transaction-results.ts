import type { SuiClientTypes } from "@mysten/sui/client";

type Effects = SuiClientTypes.TransactionEffects;
type Status = SuiClientTypes.ExecutionStatus;
type Owner = SuiClientTypes.ObjectOwner;

/** An object that a transaction made. */
export interface Created {
  readonly objectId: string;
  readonly digest: string;
  readonly owner: Owner;
}

/** What is known of a transaction that was carried out, or would be. */
export interface Executed {
  readonly digest: string;
  readonly signatures: readonly string[];
  readonly status: Status;
  readonly created: readonly Created[];
  readonly epoch: number;
}

/** Gas as a transaction of this kind uses it on mainnet, in MIST; nothing is charged here. */
const GAS_USED = { computationCost: "1000000", storageCost: "0", storageRebate: "0", nonRefundableStorageFee: "0" };

function effectsOf({ digest, status, created }: Executed): Effects {
  return {
    bcs: null,
    version: 2,
    status,
    gasUsed: GAS_USED,
    transactionDigest: digest,
    gasObject: null,
    eventsDigest: null,
    dependencies: [],
    lamportVersion: null,
    changedObjects: created.map((object) => ({
      objectId: object.objectId,
      inputState: "DoesNotExist",
      inputVersion: null,
      inputDigest: null,
      inputOwner: null,
      outputState: "ObjectWrite",
      outputVersion: "1",
      outputDigest: object.digest,
      outputOwner: object.owner,
      idOperation: "Created",
    })),
    unchangedConsensusObjects: [],
    auxiliaryDataDigest: null,
  };
}

/** The answer that clients of Sui get about a transaction. Only effects can be included; nothing else is kept. */
export function transactionResult<Include extends SuiClientTypes.TransactionInclude>(
  executed: Executed,
): SuiClientTypes.TransactionResult<Include> {
  const { digest, signatures, status, epoch } = executed;
  const known: SuiClientTypes.Transaction<{ effects: true }> = {
    digest,
    signatures: [...signatures],
    epoch: String(epoch),
    timestampMs: null,
    checkpoint: null,
    status,
    balanceChanges: undefined,
    effects: effectsOf(executed),
    events: undefined,
    objectTypes: undefined,
    transaction: undefined,
    bcs: undefined,
  };
  // What was not asked for is there all the same, as the type allows no conditional value.
  const transaction = known as SuiClientTypes.Transaction<Include>;
  return status.success
    ? { $kind: "Transaction", Transaction: transaction }
    : { $kind: "FailedTransaction", FailedTransaction: transaction };
}

/** A status as Sui gives it for an aborted Move call. */
export function abortStatus(message: string): Status {
  return { success: false, error: { $kind: "Unknown", message, Unknown: null } };
}
