// Requirements: R13
/** One contract, every ImageStore there is: in memory, in a directory of this machine, in the SDK's files (as a model). */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import {
	FilesImageStore,
	type SdkDirectory,
	type SdkFile,
} from "../../hosts/mcu/images/files-image-store.js";
import { ImageDirectory } from "../../hosts/node/image-directory.js";
import { MemoryImageStore } from "../../hosts/sim/memory-image-store.js";
import type { ImageFile, ImageStore } from "../../modules/io/image-store.js";
import { imageOf } from "./virtual.js";

/** The SDK's files with their habits: no error where fewer bytes were written, and one folder deep. */
class ModelFiles implements SdkDirectory {
	readonly contents = new Map<string, Uint8Array>();
	readonly folders = new Set<string>();
	writeBytesMax = Number.MAX_SAFE_INTEGER;
	openFiles = 0;

	openFile({ path, mode }: { path: string; mode: "r" | "r+" | "w+" }): SdkFile {
		if (!this.folders.has(path.split("/")[0] ?? "")) throw new Error("no folder");
		if (mode === "w+") this.contents.set(path, new Uint8Array(0));
		const bytes = (): Uint8Array => {
			const content = this.contents.get(path);
			if (!content) throw new Error("no file");
			return content;
		};
		bytes();
		this.openFiles++;
		const resized = (size: number): Uint8Array => {
			const content = new Uint8Array(size);
			content.set(bytes().subarray(0, size));
			this.contents.set(path, content);
			return content;
		};
		return {
			close: () => {
				this.openFiles--;
			},
			read: (count, position) => bytes().slice(position, position + count).buffer as ArrayBuffer,
			write: (buffer, position) => {
				if (mode === "r") throw new Error("not open for writing");
				const written = new Uint8Array(buffer).subarray(0, this.writeBytesMax);
				resized(Math.max(bytes().length, position + written.length)).set(written, position);
			},
			status: () => ({ size: bytes().length }),
			setSize: resized,
			flush: () => {},
		};
	}
	createDirectory(path: string): void {
		this.folders.add(path);
	}
	delete(path: string): void {
		if (!this.contents.delete(path)) throw new Error("no file");
	}
	scan(folder = ""): string[] {
		if (folder === "") return [...this.folders];
		if (!this.folders.has(folder)) throw new Error("no folder");
		return [...this.contents.keys()].map((name) => name.slice(folder.length + 1));
	}
}

const STORES: Record<string, (use: (store: ImageStore) => void) => void> = {
	"in memory": (use) => use(new MemoryImageStore()),
	"in a directory": (use) => {
		const directory = mkdtempSync(path.join(tmpdir(), "images-"));
		try {
			use(new ImageDirectory({ directory: path.join(directory, "made", "later"), writable: true }));
		} finally {
			rmSync(directory, { recursive: true });
		}
	},
	"in the SDK's files": (use) => {
		const root = new ModelFiles();
		use(new FilesImageStore({ root, folder: "images" }));
		if (root.openFiles !== 0) throw new Error("a file was left open");
	},
};

const image = imageOf(5_000);

for (const [where, withStore] of Object.entries(STORES)) {
	test(`${where}, a file grows, is read anywhere, is cut off, outlives its closing, and goes`, (t) =>
		withStore((store) => {
			t.deepEqual(store.list(), []);
			t.is(store.open("a.bin"), undefined);
			store.delete("a.bin");
			const file = store.openToAppend("a.bin");
			t.is(file.sizeBytes, 0);
			file.append(image.subarray(0, 3_000));
			file.append(image.subarray(3_000));
			t.is(file.sizeBytes, 5_000);
			t.deepEqual([...file.read(2_990, 20)], [...image.subarray(2_990, 3_010)]);
			t.deepEqual([...file.read(4_990, 20)], [...image.subarray(4_990)]);
			t.is(file.read(5_000, 20).length, 0);
			file.truncate(4_096);
			t.is(file.sizeBytes, 4_096);
			file.append(image.subarray(4_096, 4_100));
			file.close();
			file.close();
			store.openToAppend("b.bin").close();
			t.deepEqual(store.list().sort(), ["a.bin", "b.bin"]);
			const again = store.open("a.bin") as ImageFile;
			t.deepEqual([...again.read(0, 9_999)], [...image.subarray(0, 4_100)]);
			again.close();
			const more = store.openToAppend("a.bin");
			more.append(image.subarray(4_100, 4_101));
			t.is(more.sizeBytes, 4_101);
			more.close();
			store.delete("a.bin");
			t.deepEqual(store.list(), ["b.bin"]);
		}));
}

test("the SDK's files: a write that is cut short is named, and room is counted", (t) => {
	const root = new ModelFiles();
	const store = new FilesImageStore({ root, folder: "images", capacityBytes: 1_000 });
	t.is(store.freeBytes(), 1_000);
	const file = store.openToAppend("a.bin");
	file.append(image.subarray(0, 600));
	t.is(store.freeBytes(), 400);
	root.writeBytesMax = 10;
	t.throws(() => file.append(image.subarray(0, 100)), {
		name: "FilesImageStoreError",
		message: /700 bytes.*610/,
	});
	file.close();
	t.is(root.openFiles, 0);
});

test("a directory of images that is only read gives the files an order can name, and nothing else", (t) => {
	const directory = mkdtempSync(path.join(tmpdir(), "images-"));
	try {
		writeFileSync(path.join(directory, "sensor.bin"), image);
		writeFileSync(path.join(directory, ".hidden"), image);
		symlinkSync("/dev/zero", path.join(directory, "endless.bin"));
		const store = new ImageDirectory({ directory });
		t.deepEqual(store.list(), ["sensor.bin"]);
		const file = store.open("sensor.bin") as ImageFile;
		t.is(file.sizeBytes, 5_000);
		t.throws(() => file.append(image));
		file.close();
		t.throws(() => file.read(0, 1), { message: /to be open/ });
		t.throws(() => store.open("../etc/passwd"), { message: /the name of a file/ });
		t.throws(() => store.open("endless.bin"), { message: /a regular file/ });
		t.throws(() => store.openToAppend("new.bin"), { message: /no write/ });
		t.throws(() => store.delete("sensor.bin"), { message: /no write/ });
		t.is(store.freeBytes(), 0);
		t.deepEqual(new ImageDirectory({ directory: path.join(directory, "none") }).list(), []);
	} finally {
		rmSync(directory, { recursive: true });
	}
});
