/* The machine in the page: a chapter's GRUB image in v86. Each file comes as a script that calls
   bookFile(), because a page at file:// may fetch nothing else. */
"use strict";

const bookFiles = {};
const WORDS = "BULKHEAD_WORDS".padEnd(96, "_");

function bookFile(name, text) {
    bookFiles[name] = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

async function bookBytes(name) {
    if (!bookFiles[name])
        await load("machine/" + name + ".js");
    return bookFiles[name];
}

/* The image with the command line in the place that was left for it. */
function withWords(image, words) {
    const copy = image.slice(), mark = new TextEncoder().encode(WORDS);
    const line = new TextEncoder().encode(words.padEnd(WORDS.length, " ").slice(0, WORDS.length));
    for (let at = copy.indexOf(mark[0]); at >= 0; at = copy.indexOf(mark[0], at + 1)) {
        if (mark.every((byte, n) => copy[at + n] === byte)) {
            copy.set(line, at);
            return copy.buffer;
        }
    }
    throw new Error("the image has no place for words");
}

class BookMachine {
    constructor(box) {
        this.box = box;
        this.chapter = box.dataset.chapter;
        this.bar = box.querySelector(".bh-machine-bar");
        this.state = box.querySelector(".bh-machine-state");
        this.note = box.querySelector(".bh-machine-note");
        this.recordings = [...box.querySelectorAll("pre")];
        this.screen = element("pre", {class: "bh-pre bh-output bh-live", "aria-live": "polite"});
        this.screen.hidden = true;
        box.append(this.screen);
        this.stopButton = this.bar.querySelector(".bh-stop");
        this.stopButton.onclick = () => this.stop("stopped");
        this.note.textContent = "A machine in this page; below, the same recorded in QEMU. ";
        for (const button of this.bar.querySelectorAll("button[data-words]"))
            button.onclick = () => this.start(button.dataset.words);
        this.bar.hidden = false;
    }

    say(words) {
        this.state.textContent = words;
        this.box.dataset.state = words;
    }

    async start(words) {
        await this.stop("");
        const run = this.run = {words};
        this.screen.textContent = "";
        this.screen.hidden = false;
        for (const pre of this.recordings)
            pre.hidden = true;
        this.note.textContent = "The machine's console" + (words ? ", with " + words : "")
            + ". Its clock is your browser's: times differ from the recording, and on a busy"
            + " computer a chapter that measures may find that clocks disagree.";
        this.stopButton.disabled = false;
        try {
            this.say("loading");
            if (!window.V86)
                await load("machine/libv86.js");
            const [wasm, bios, vga, image] = [await bookBytes("v86.wasm"), await bookBytes("bios.bin"),
                await bookBytes("vgabios.bin"), await bookBytes(this.chapter + ".iso")];
            if (this.run !== run)
                return;
            this.say("the firmware and GRUB start");
            this.emulator = new V86({
                wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).instance.exports,
                memory_size: 64 << 20, vga_memory_size: 2 << 20,
                bios: {buffer: bios.slice().buffer}, vga_bios: {buffer: vga.slice().buffer},
                cdrom: {buffer: withWords(image, words)}, boot_order: 0x213,
                disable_keyboard: true, disable_mouse: true, disable_speaker: true, autostart: true,
            });
            this.emulator.add_listener("serial0-output-byte", (byte) => this.put(run, byte));
        } catch (error) {
            this.say("no machine here: " + error.message);
        }
    }

    /* v86 ends with an exception where a chapter uses what it has not got, such as a task gate. */
    gaveUp(words) {
        this.stop("gave up");
        this.note.textContent = "This emulator gave up: it has not got something that the chapter uses,"
            + " such as task gates. Below, the same recorded in QEMU.";
        for (const pre of this.recordings)
            pre.hidden = pre.dataset.words !== words;
    }

    put(run, byte) {
        if (this.run !== run || byte === 13)
            return;
        const down = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight < 30;
        this.screen.append(String.fromCharCode(byte));
        if (down)
            this.screen.scrollTop = this.screen.scrollHeight;
        if (this.box.dataset.state !== "running")
            this.say("running");
        if (byte === 10 && /\nPower off: .*\n$/.test(this.screen.textContent))
            this.stop("ended");
    }

    async stop(words) {
        const emulator = this.emulator;
        this.emulator = this.run = null;
        this.stopButton.disabled = true;
        this.say(words);
        if (emulator && words !== "gave up") { /* one that threw does not answer any more */
            await emulator.stop();
            await emulator.destroy();
        }
    }
}

function bookMachine(box) {
    const machine = new BookMachine(box);
    const look = () => { if (machine.emulator) machine.gaveUp(machine.run.words); };
    window.addEventListener("error", look);
    window.addEventListener("unhandledrejection", look);
    return machine;
}
