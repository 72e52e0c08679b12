import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { isScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { agreedStatus } from "../../src/walrus/agreed-status.ts";
import { blobIdToHex, parseBlobId } from "../../src/walrus/blob-id.ts";
import { collectCertificate } from "../../src/walrus/collect-certificate.ts";
import type { Committee } from "../../src/walrus/committee.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";

interface StatusArguments {
  readonly blobId: string;
  readonly json: boolean;
}

/** The committee, if the first aggregator is that of a local network. */
async function findCommittee(url: string | undefined, signal: AbortSignal): Promise<Committee | undefined> {
  if (url === undefined) return undefined;
  try {
    return await fetchLocalCommittee({ url, signal });
  } catch (error) {
    if (isScrimshawError(error) && error.code === "walrus.no-local-committee") return undefined;
    throw error;
  }
}

export default async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-status/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const blobId = parseBlobId(args.blobId);
      const blobIdHex = blobIdToHex(blobId);
      const committee = await findCommittee(hre.config.walrus.aggregators[0], signal);
      if (committee === undefined) {
        const { state, source } = await (await openStore(hre)).status({ blobId, signal });
        return {
          result: { blobId, blobIdHex, state, endEpoch: null, deletable: null, source, certificate: null },
          lines: [
            `${blobId}: ${state}, says ${source}`,
            "certificate: not checked, for the storage committee is not known here",
          ],
        };
      }
      progress(`Asking ${committee.members.length} storage nodes`);
      const known = await agreedStatus({ blobId, committee, signal });
      const { state, source, endEpoch = null, deletable = null } = known;
      const lease = deletable === true ? ", deletable" : endEpoch === null ? "" : `, until epoch ${endEpoch} begins`;
      const line = `${blobId}: ${state}${lease}, say ${source}`;
      const result = { blobId, blobIdHex, state, endEpoch, deletable, source };
      if (state !== "certified") return { result: { ...result, certificate: null }, lines: [line] };
      const { certificate, facts } = await collectCertificate({ blobId, committee, signal });
      const { epoch, weight, signers } = facts;
      return {
        result: { ...result, certificate: { ...certificate, epoch, weight, signers } },
        lines: [
          line,
          `certificate: verified, signed in epoch ${epoch} by ${signers.length} storage nodes, weight ${weight} of ${committee.nShards}`,
        ],
      };
    },
  });
}
