// Requirements: R13
import test from "ava";
import { MemoryImageStore } from "../../hosts/sim/memory-image-store.js";
import { FileSource } from "../../modules/images/file-source.js";
import { imageOf, readAll } from "./virtual.js";

const image = imageOf(10_000);

test("an image in storage is read whole, and tells its size before", (t) => {
	const store = new MemoryImageStore();
	store.put("image.bin", image);
	const source = new FileSource({ store, name: "image.bin" });
	t.is(source.sizeBytes, 10_000);
	const { bytes, error } = readAll(source, 10_000, 777);
	t.is(error, undefined);
	t.deepEqual(bytes, image);
	t.is(store.openFiles, 0);
	source.close();
});

test("an image that is not there, a bad name, a closed source and a broken medium are named", (t) => {
	const store = new MemoryImageStore();
	const reasonOf = (source: FileSource) => {
		let got: string | undefined;
		source.read(0, 10, (error) => {
			got = error?.reason;
		});
		return got;
	};
	const missing = new FileSource({ store, name: "image.bin" });
	t.is(missing.sizeBytes, undefined);
	t.is(reasonOf(missing), "no-image");
	t.is(reasonOf(new FileSource({ store, name: "../image.bin" })), "unreadable");
	store.put("image.bin", image);
	const closed = new FileSource({ store, name: "image.bin" });
	closed.close();
	t.is(reasonOf(closed), "unreadable");
	const torn = new FileSource({ store, name: "image.bin" });
	t.is(torn.sizeBytes, 10_000);
	store.contents.clear();
	t.is(reasonOf(torn), "unreadable");
});
