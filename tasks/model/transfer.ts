import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../src/hardhat/model-command.ts";
import { transactionLine } from "../../src/models/describe-transaction.ts";
import { acceptModel } from "../../src/models/ownership/accept-model.ts";
import { offerModel } from "../../src/models/ownership/offer-model.ts";
import type { OwnersChange } from "../../src/models/ownership/offer-model.ts";
import { readOwners } from "../../src/models/ownership/read-owners.ts";
import { addressOfCreator } from "../../src/models/reference.ts";

interface TransferArguments extends ModelCommandArguments {
  readonly model: string;
  readonly to: string | undefined;
  readonly accept: boolean;
  readonly cancel: boolean;
}

function requireOneStep({ to, accept, cancel }: TransferArguments): void {
  const given = [to !== undefined, accept, cancel].filter(Boolean).length;
  if (given <= 1) return;
  throw new ScrimshawError({
    code: "models.argument-invalid",
    expected: "one of --to <address>, --accept and --cancel",
    found: `${given} of them`,
    next: "The owner offers with --to or takes the offer back with --cancel; the other account accepts.",
  });
}

function lines({ creator, name, owner, pendingOwner, transaction }: OwnersChange, sent: boolean): string[] {
  const full = `${creator}/${name}`;
  const offered = `${pendingOwner ?? ""}, which takes it with \`npx hardhat model transfer ${full} --accept\``;
  return [
    `model        ${full}`,
    `owner        ${owner}`,
    `offered to   ${pendingOwner === undefined ? "nobody" : offered}`,
    ...(sent ? [transactionLine(transaction, "nothing to change")] : []),
  ];
}

export default async function transfer(args: TransferArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { to, accept, cancel } = args;
  const sends = accept || cancel || to !== undefined;
  await runModelCommand({
    schema: "scrimshaw.model-transfer/1",
    ...{ args, hre, sends },
    run: async ({ registry, environment, referenceOf, signal, onSent }) => {
      requireOneStep(args);
      const reference = referenceOf(args.model);
      const change = { registry, reference, signal, onSent };
      const step = async (): Promise<OwnersChange> => {
        if (accept) return acceptModel(change);
        if (!sends) return { ...(await readOwners(change)), transaction: undefined };
        return offerModel({ ...change, to: to === undefined ? to : addressOfCreator(to, environment.addressBook) });
      };
      const owners = await step();
      const { pendingOwner = null, transaction = null } = owners;
      return { result: { ...owners, pendingOwner, transaction }, lines: lines(owners, sends) };
    },
  });
}
