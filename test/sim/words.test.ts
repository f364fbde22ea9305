// Requirements: R23
import test from "ava";
import { isCommitting, logLine, STATE_WORDS, shortVersion, stateWords } from "../../hosts/sim/words.js";
import { windowMachine } from "../../modules/window/machine.js";
import { leafOf } from "../support/leaf-of.js";

/** What fits behind "Do not switch off: " beside the clock, 320 pixels wide. */
const STRIP_CHARACTERS_MAX = 20;

interface StateNode {
	key: string;
	states: Record<string, StateNode>;
}

/** The value of every state that has no states inside. */
function valuesOf(node: StateNode): unknown[] {
	return Object.values(node.states).flatMap((child): unknown[] => {
		const inner = valuesOf(child);
		return inner.length === 0 ? [child.key] : inner.map((value) => ({ [child.key]: value }));
	});
}

const values = valuesOf(windowMachine.root as unknown as StateNode);

test("every state of the statechart has words that fit the strip", (t) => {
	t.true(values.length > 10);
	for (const value of values) {
		t.true(leafOf(value) in STATE_WORDS, `Expected words for ${leafOf(value)} in hosts/sim/words.ts`);
		t.true(stateWords(value).length <= STRIP_CHARACTERS_MAX, stateWords(value));
	}
});

test("do not switch off is said in the states from the install to the read-back, and only there", (t) => {
	const committing = values.filter(isCommitting).map(leafOf);
	t.deepEqual(committing.sort(), ["installing", "reading", "sending", "settling", "waiting"]);
});

test("versions are shown as people say them", (t) => {
	t.is(shortVersion("RHL769x.2.26.180400.201802141030.x7120m_1"), "2.26.180400");
	t.is(shortVersion("HL7800.4.4.14.0"), "4.4.14.0");
	t.is(shortVersion("surprise"), "surprise");
});

test("a refused order is trouble, and says why", (t) => {
	const line = logLine({
		event: "order",
		outcome: "refused",
		reason: "bad-signature",
		message: "Expected ...",
	});
	t.deepEqual(line, { text: "Order refused (bad-signature): Expected ...", tone: "trouble" });
});
