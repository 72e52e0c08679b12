import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { setFaults } from "../../../src/walrus/local/parse-fault.ts";

/** Serves a network of 10 shards and 4 nodes in the folder named first, with the faults named second, until it is killed. */
const [directory = "", text = ""] = process.argv.slice(2);
const walrus = await LocalWalrus.start({ directory, nShards: 10, nodes: 4 });
const nodeIds = walrus.committee.members.map(({ nodeId }) => nodeId);
if (text !== "") setFaults({ text, faults: walrus.faults, nodeIds });
process.send?.(walrus.url);
