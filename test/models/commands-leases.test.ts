import { expect } from "chai";
import { Folders } from "./support/folders.ts";
import { ALICE } from "../support/command-network.ts";
import { useCommands } from "./support/use-commands.ts";

describe("hardhat model, about leases,", function () {
  this.timeout(60_000);
  const folders = new Folders();
  const { run, runJson, walrus } = useCommands();
  before(async () => {
    await run("model publish", { folder: await folders.with({ a: "1" }), name: "m", epochs: 3 });
    await run("model publish", { folder: await folders.with({ a: "2" }), name: "short", epochs: 1 });
  });
  after(() => folders.remove());

  it("says of each blob until when it is paid for, and who says so", async () => {
    const { stdout, stderr, code } = await run("model status", { reference: "alice/m@1" });
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include(`${ALICE}/m@1, active`).and.to.include("2 of 2 blobs are certified");
    expect(stdout.match(/certified, until epoch \d+ begins.*, say storage nodes of weight/g)).to.have.length(2);
    const { result } = await runJson("model status", { reference: "alice/m@1" });
    expect(result).to.include({ safe: true, problem: null });
    expect(result?.["blobs"]).to.have.length(2);
  });

  it("renews a version, after a look at what it costs", async () => {
    const preview = await run("model renew", { reference: "alice/m@1", epochs: 6, dryRun: true });
    expect(preview.stdout, preview.stderr)
      .to.include(`would renew   ${ALICE}/m@1`)
      .and.to.include(" WAL where the payer");
    const before = await runJson("model status", { reference: "alice/m@1" });
    const dear = await runJson("model renew", { reference: "alice/m@1", epochs: 6, maxCost: "0.000000001" });
    expect(dear.error?.code, "more than was allowed").to.equal("walrus.too-dear");
    expect(await runJson("model status", { reference: "alice/m@1" })).to.deep.equal(before);
    expect((await runJson("model renew", { reference: "alice/m@1", maxCost: "-1" })).error?.code).to.equal(
      "walrus.amount-invalid",
    );
    const long = await runJson("model renew", { reference: "alice/m@1", epochs: 54 });
    expect(long.error?.code, "refused as a whole, not blob by blob").to.equal("walrus.epochs-invalid");
    const renewed = await runJson("model renew", { reference: "alice/m@1", epochs: 6, maxCost: "1000" });
    expect(renewed.result).to.include({ complete: true, epochs: 6 });
    const after = await runJson("model status", { reference: "alice/m@1" });
    expect(Number(after.result?.["endEpoch"])).to.equal(Number(before.result?.["endEpoch"]) + 3);
    const { version } = after.result as { readonly version: { readonly endEpoch: number } };
    expect(version.endEpoch, "as the registry says").to.equal(after.result?.["endEpoch"]);
    const again = await run("model renew", { reference: "alice/m@1", epochs: 6 });
    expect(again.stdout).to.include("was paid for until").and.to.include("is claimed already");
  });

  it("renews all that ends soon, and exits with 2 naming what could not be renewed", async () => {
    const none = await run("model renew", { allExpiringWithin: "0" });
    expect(none.stdout).to.equal("nothing ends so soon\n");
    const planned = await runJson("model renew", { allExpiringWithin: "1", epochs: 4, dryRun: true });
    expect((planned.result as { readonly versions: readonly unknown[] }).versions).to.have.length(1);
    await walrus().advanceEpoch();
    const late = await run("model renew", { allExpiringWithin: "1", epochs: 4 });
    expect(late.code, late.stderr).to.equal(2);
    expect(late.stdout).to.include(`${ALICE}/short@1  NOT RENEWED in full`);
    expect(late.stdout.match(/NOT RENEWED: walrus\.blob-not-found/g)).to.have.length(2);
    expect(late.stdout).to.not.include(`${ALICE}/m@1`);
    expect((await run("model status", { reference: "alice/short@1" })).code).to.equal(2);
    // What may lapse is told apart from what was lost: a deprecated version is left alone.
    await run("model deprecate", { reference: "alice/short@1" });
    expect((await run("model renew", { allExpiringWithin: "1" })).stdout).to.equal("nothing ends so soon\n");
  });

  it("wants a version or a span, and not both", async () => {
    for (const args of [{}, { reference: "alice/m@1", allExpiringWithin: "1" }]) {
      expect((await runJson("model renew", args)).error?.code).to.equal("models.argument-invalid");
    }
    const span = await runJson("model renew", { allExpiringWithin: "soon" });
    expect(span.error?.code).to.equal("models.within-invalid");
  });
});
