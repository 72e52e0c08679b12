import { expect } from "chai";
import { assemblyLines, percentOf, readLines } from "../../scripts/coverage/lines.ts";

const TEXT = `contract A {
    function f() external {
        if (true) return;
        assembly ("memory-safe") {
            if 1 {
                stop()
            }
        }
        g();
    }
}
`;

describe("Coverage of lines", () => {
  it("leaves out blocks of assembly and counts what is left", () => {
    expect([...assemblyLines(TEXT)]).to.deep.equal([4, 5, 6, 7, 8]);
    const tracefile = "TN:\nSF:contracts/A.sol\nDA:3,0\nDA:4,0\nDA:6,0\nDA:9,7\nLH:1\nLF:4\nend_of_record\n";
    const [lines] = readLines(tracefile, () => TEXT);
    expect(lines).to.deep.equal({ file: "contracts/A.sol", count: 2, missed: [3] });
    expect(percentOf(lines!)).to.equal(50);
    expect(percentOf({ count: 0, missed: [] })).to.equal(100);
  });
});
