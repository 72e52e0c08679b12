import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import scrimshaw from "../../src/hardhat/index.ts";

const ROOT = new URL("../../", import.meta.url);
const PLUGIN = new URL("src/hardhat/index.ts", ROOT).href;

/** Prints every module that is loaded when the plugin is. */
const RECORD = `
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
const { default: plugin } = await import(${JSON.stringify(PLUGIN)});
for (const dependency of plugin.dependencies()) await dependency;
const { default: config } = await plugin.hookHandlers.config();
const { validateUserConfig, resolveUserConfig } = await config();
await validateUserConfig({});
await resolveUserConfig({}, () => undefined, async () => ({ paths: { root: "/" } }));
const { default: network } = await plugin.hookHandlers.network();
const { newConnection, closeConnection } = await network();
const connection = await newConnection({ config: {} }, async () => ({}));
await closeConnection({}, connection, async () => undefined);
console.log(JSON.stringify(loaded));
`;

describe("The plugin", () => {
  it("loads neither ethers, Walrus, wasm nor any command until one runs or a connection is asked for something", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", RECORD]);
    const loaded = JSON.parse(stdout) as string[];
    expect(loaded).to.include.members([PLUGIN, new URL("src/hardhat/connection.ts", ROOT).href]);
    const packages = ["ethers", "@mysten", "@noble", "onnxruntime-web", "zod"].map((name) => `/node_modules/${name}/`);
    const rooms = ["src/walrus/", "src/models/", "src/proofs/", "src/chain/", "src/attesters/", "tasks/", "typechain/"];
    const heavy = [...packages, ...rooms.map((room) => new URL(room, ROOT).href)];
    expect(loaded.filter((url) => heavy.some((part) => url.includes(part)))).to.deep.equal([]);
  });

  it("offers --json on every command", () => {
    const commands = scrimshaw.tasks?.filter((task) => "options" in task) ?? [];
    expect(commands.length).to.be.greaterThan(10);
    for (const command of commands) expect(command.options, command.id.join(" ")).to.have.property("json");
  });

  it("describes every command and every option", () => {
    for (const task of scrimshaw.tasks ?? []) {
      if (!("options" in task)) continue;
      expect(task.description, task.id.join(" ")).to.not.equal("");
      for (const option of Object.values(task.options)) expect(option.description, option.name).to.not.equal("");
    }
  });
});
