import test from "ava";
import { Bench, download, HOUR_MS, INSTALLED, install, OFFER, offering } from "./support/bench.js";
import { FROM, TO } from "./support/order-files.js";

for (const model of ["HL7692", "HL7800"] as const) {
	test(`an ${model} is updated in an open window`, async (t) => {
		const bench = new Bench(t, { model });
		const modem = bench.modem(offering(model));
		const run = await bench.whole(modem, ["--off", "11m"]);
		t.is(run.status, 0);
		t.deepEqual(run.fields("element"), {
			element: "modem",
			from: FROM[model],
			to: TO[model],
			is: TO[model],
			outcome: "updated",
		});
		t.like(run.fields("closed"), { outcome: "updated" });
		t.deepEqual(modem.accepting, ["AT+WDSS=1,1", "AT+WDSR=3", "AT+WDSR=4"]);
		t.true(run.names().includes("armed"));
	});
}
void HOUR_MS;
void install;
void INSTALLED;
void OFFER;
void download;
