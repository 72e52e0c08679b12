import { expect } from "chai";
import { task } from "hardhat/config";
import { TaskDefinitionType } from "hardhat/types/tasks";
import { withTypings } from "../../src/hardhat/with-typings.ts";
import { captured } from "../support/captured.ts";
import { documentOf } from "../support/command-document.ts";

/** What Node says when a command is loaded while a file that it imports is missing. */
async function missing(path: string): Promise<never> {
  const url = new URL(path, import.meta.url);
  await import(url.href);
  throw new Error("it is there");
}

/** The action that Hardhat would run. */
async function actionOf(load: () => Promise<never>): Promise<(args: object) => Promise<unknown>> {
  const command = withTypings(task("x", "A command").setAction(load).build());
  if (command.type !== TaskDefinitionType.NEW_TASK || command.action === undefined) throw new Error("no action");
  return (await command.action()).default as (args: object) => Promise<unknown>;
}

describe("A command whose typings are gone", () => {
  it("says that the contracts are to be built", async () => {
    const action = await actionOf(() => missing("../../typechain/NoSuchContract.ts"));
    const plain = await captured(() => action({ json: false }));
    expect(plain.code).to.equal(1);
    expect(plain.stderr).to.include("command.not-built").and.to.include("npx hardhat build");
    const { error } = documentOf(await captured(() => action({ json: true })));
    expect(error?.code).to.equal("command.not-built");
  });

  it("leaves other failures as they are", async () => {
    const failed: unknown = await actionOf(() => missing("../no-such-file.ts")).catch((error: unknown) => error);
    expect(failed).to.have.property("code", "ERR_MODULE_NOT_FOUND");
  });
});
