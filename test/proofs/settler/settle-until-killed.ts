/** A settler with an HTTP endpoint in a process of its own. Arguments: queue, chain URL, Walrus URL, registry, account. Sends its URL. */
import { JsonRpcProvider } from "ethers";

import { isScrimshawError } from "../../../src/errors.ts";
import { startEndpoint } from "../../../src/proofs/settler/endpoint.ts";
import { SettlerQueue } from "../../../src/proofs/settler/queue.ts";
import { Settler } from "../../../src/proofs/settler/settler.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { ProofRegistry__factory } from "../../../typechain/factories/ProofRegistry__factory.ts";

const [path = "", chain = "", walrus = "", proofRegistry = "", account = ""] = process.argv.slice(2);
const provider = new JsonRpcProvider(chain, undefined, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
const { chainId } = await provider.getNetwork();
const queue = await SettlerQueue.open({ path, owner: { chainId, proofRegistry, settler: account } }).catch(
  (error: unknown) => {
    process.send?.(isScrimshawError(error) ? error.code : String(error));
    process.exit(1);
  },
);
const settler = new Settler({
  queue,
  store: new HttpBlobStore({ publishers: [walrus], aggregators: [walrus], nShards: 10 }),
  registry: ProofRegistry__factory.connect(proofRegistry, await provider.getSigner(account)),
  provider,
  settler: account,
  rules: { maxCount: 5, idleMs: 40 },
  pollMs: 10,
  replaceAfterMs: 200,
});
const { url } = await startEndpoint({ settler, port: 0 });
process.send?.(url);
await settler.run({ signal: new AbortController().signal });
