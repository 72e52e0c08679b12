import { readFile } from "node:fs/promises";
import { ZeroHash } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { addAttester } from "../../src/attesters/add-attester.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { type Environment, openEnvironment } from "../../src/hardhat/environment.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";
import type { StoredBlob } from "../../src/walrus/blob-store.ts";

interface AddArguments {
  readonly signer: string;
  readonly measurement: string | undefined;
  readonly kind: string;
  readonly document: string | undefined;
  readonly endpoint: string;
  readonly validFrom: string | undefined;
  readonly validUntil: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

const YEAR = 365n * 86_400n;

function invalid(what: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.argument-invalid",
    expected: what,
    found: JSON.stringify(found.slice(0, 80)),
    next: "See `npx hardhat attester add --help`.",
  });
}

function parseSigner(text: string, addressBook: Readonly<Record<string, string>>): `0x${string}` {
  const address = Object.hasOwn(addressBook, text) ? (addressBook[text] ?? text) : text;
  if (!/^0x[0-9a-fA-F]{40}$/.test(address))
    throw invalid("the attester's address, or a name of the address book", text);
  return `0x${address.slice(2).toLowerCase()}`;
}

async function storeDocument(environment: Environment, file: string, signal: AbortSignal): Promise<StoredBlob> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch {
    throw invalid("a readable file with the attestation document", file);
  }
  const store = await environment.store();
  return store.put({ bytes, epochs: environment.walrus.epochs, signal });
}

export default async function add(args: AddArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.attester-add/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const measurement = args.measurement ?? ZeroHash;
      if (!/^0x[0-9a-fA-F]{64}$/.test(measurement)) throw invalid("a measurement, 0x and 64 hex digits", measurement);
      const validFrom = args.validFrom === undefined ? 0n : parseTime({ text: args.validFrom, option: "--valid-from" });
      const until =
        args.validUntil === undefined ? undefined : parseTime({ text: args.validUntil, option: "--valid-until" });
      const environment = await openEnvironment(hre, {
        addresses: { attesterRegistry: args.registry },
        from: args.from,
      });
      try {
        const signer = parseSigner(args.signer, environment.addressBook);
        const registry = (await environment.contract("attesterRegistry")).connect(await environment.signer());
        const begin =
          validFrom === 0n ? BigInt((await environment.provider.getBlock("latest"))?.timestamp ?? 0) : validFrom;
        const document =
          args.document === undefined ? undefined : await storeDocument(environment, args.document, signal);
        progress(`Adding the attester ${signer}`);
        const added = await addAttester({
          registry,
          signer,
          measurement,
          kind: args.kind,
          endpoint: args.endpoint,
          validFrom,
          validUntil: until ?? begin + YEAR,
          signal,
          ...(document === undefined ? {} : { document }),
        });
        return {
          result: { ...added, signer, kind: args.kind, measurement, documentBlobId: document?.blobId ?? null },
          lines: [
            `attester     ${added.attesterId}`,
            `signer       ${signer}`,
            `valid        ${new Date(Number(added.validFrom) * 1000).toISOString()} to ${new Date(Number(added.validUntil) * 1000).toISOString()}`,
            `transaction  ${added.transactionHash} (${added.gasUsed.toString()} gas)`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
