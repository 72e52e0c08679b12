// @ts-check
/** `npm run demo`: installs if needed, compiles the contracts, and runs the main job under the project's own Node. */
import { join } from "node:path";
import { nodeBinary, projectEnvironment, runProgram } from "./setup/node.mjs";
import { ROOT, setup } from "./setup.mjs";

await setup();
const binary = nodeBinary(ROOT);
const env = projectEnvironment(ROOT);
const hardhat = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
const built = await runProgram({ binary, args: [hardhat, "build", "--no-tests"], cwd: ROOT, env, stdout: "stderr" });
process.exitCode =
  built === 0
    ? await runProgram({ binary, args: [join(ROOT, "scripts/demo/main.ts"), ...process.argv.slice(2)], cwd: ROOT, env })
    : built;
