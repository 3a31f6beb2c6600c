/* The book's pages: light and dark, copy buttons, search, and the machine's starter.
   Everything here is an extra: without JavaScript the pages can be read. */
"use strict";

const BOOK = document.currentScript.dataset.book;

DoxygenAwesomeFragmentCopyButton.init();
DoxygenAwesomeParagraphLink.init();

function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const key in attributes)
        made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
}

function load(name) {
    return new Promise((resolve, reject) => {
        const script = element("script", {src: BOOK + name});
        script.onload = resolve;
        script.onerror = () => reject(new Error(name + " could not be loaded"));
        document.head.append(script);
    });
}

/* Copy buttons: a console gives its commands, anything else its text. */
function copyButtons() {
    if (!navigator.clipboard)
        return;
    for (const pre of document.querySelectorAll("pre.bh-console, pre.bh-diff, pre.bh-file")) {
        const button = element("button", {type: "button", class: "bh-copy"}, "copy");
        button.onclick = () => {
            const typed = [...pre.querySelectorAll(".bh-typed")].map((one) => one.textContent);
            navigator.clipboard.writeText(typed.length ? typed.join("\n") : pre.textContent);
            button.textContent = "copied";
            setTimeout(() => { button.textContent = "copy"; }, 1000);
        };
        const wrap = element("div", {class: "bh-wrap"});
        pre.replaceWith(wrap);
        wrap.append(pre, button);
    }
}

/* Search. The index is a script, because a page at file:// may fetch nothing else. */
const search = {
    async open(words) {
        if (!this.box)
            this.make();
        this.box.classList.add("open");
        this.field.value = words;
        this.field.focus();
        if (!window.BOOK_SEARCH) {
            this.list.replaceChildren(element("li", {}, "Loading the index ..."));
            await load("search-data.js");
        }
        this.show();
    },

    close() {
        this.box.classList.remove("open");
    },

    make() {
        this.field = element("input", {type: "search", placeholder: "Words, or a name such as kmain",
                                       "aria-label": "Search the book"});
        this.list = element("ol", {});
        this.box = element("div", {id: "bh-results", role: "dialog", "aria-label": "Search"},
                           element("div", {}, this.field, this.list));
        this.box.onclick = (event) => { if (event.target === this.box) this.close(); };
        this.field.oninput = () => this.show();
        this.box.onkeydown = (event) => this.key(event);
        document.body.append(this.box);
    },

    key(event) {
        const links = [...this.list.querySelectorAll("li")];
        let at = links.findIndex((one) => one.classList.contains("at"));
        if (event.key === "Escape")
            this.close();
        else if (event.key === "Enter" && links.length)
            (links[Math.max(at, 0)].querySelector("a") || this.field).click();
        else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            links.forEach((one) => one.classList.remove("at"));
            at = Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), links.length - 1);
            if (links[at]) {
                links[at].classList.add("at");
                links[at].scrollIntoView({block: "nearest"});
            }
        }
    },

    show() {
        if (!window.BOOK_SEARCH)
            return;
        const words = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
        const found = words.length ? bookSearch(words) : [];
        if (words.length && !found.length)
            this.list.replaceChildren(element("li", {}, "Nothing has all of these words."));
        else
            this.list.replaceChildren(...found.slice(0, 40).map((one) => this.row(one, words)));
    },

    row(one, words) {
        const small = element("small", {}, one.where);
        if (one.text !== undefined)
            small.append(element("br", {}), ...marked(one.text, words));
        const link = element("a", {href: BOOK + one.url}, element("b", {}, one.title), small);
        link.onclick = () => this.close();
        return element("li", {}, link);
    },
};

/* What has all the words, best first: names, then titles, then text by how often. */
function bookSearch(words) {
    const found = [];
    for (const [name, kind, where, url] of BOOK_SEARCH.names) {
        const low = name.toLowerCase();
        if (words.every((word) => low.includes(word)))
            found.push({title: name, where: kind + ", " + where, url,
                        rank: low === words[0] ? 300 : low.startsWith(words[0]) ? 60 : 20});
    }
    for (const [page, section, url, text] of BOOK_SEARCH.texts) {
        const low = (section + " " + text).toLowerCase(), title = (page + " " + section).toLowerCase();
        if (!words.every((word) => low.includes(word) || title.includes(word)))
            continue;
        let rank = 30;
        for (const word of words)
            rank += (section.toLowerCase().includes(word) ? 60 : title.includes(word) ? 15 : 0)
                + Math.min(low.split(word).length - 1, 8) * 3;
        found.push({title: section || page, where: page, url, text, rank});
    }
    return found.sort((a, b) => b.rank - a.rank);
}

/* The place where the first word stands, with all words marked. */
function marked(text, words) {
    const low = text.toLowerCase();
    const first = Math.max(0, Math.min(...words.map((word) => low.indexOf(word)).filter((n) => n >= 0), low.length) - 60);
    const piece = (first ? "… " : "") + text.slice(first, first + 200) + (first + 200 < text.length ? " …" : "");
    const parts = piece.split(new RegExp("(" + words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|") + ")", "iu"));
    return parts.map((part, n) => n % 2 ? element("mark", {}, part) : part);
}

/* Not `searchBox`: Doxygen 1.9.8 takes a global of that name for its own. */
function ourSearchBox() {
    const place = document.getElementById("bh-search-box");
    if (!place)
        return;
    const field = element("input", {id: "MSearchField", type: "text", placeholder: "Search", "aria-label": "Search the book",
                                    autocomplete: "off"});
    place.append(element("div", {id: "MSearchBox", class: "MSearchBoxInactive"}, field));
    field.oninput = () => { const words = field.value; field.value = ""; search.open(words); };
    field.onclick = () => search.open("");
    document.addEventListener("keydown", (event) => {
        const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
        if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            search.open("");
        }
    });
}

document.addEventListener("DOMContentLoaded", () => {
    ourSearchBox();
    copyButtons();
    for (const figure of document.querySelectorAll(".bh-figure svg")) {
        const box = figure.viewBox.baseVal;
        if (box && box.width > 560) {
            figure.closest(".bh-figure").classList.add("bh-wide");
            const scroll = element("div", {class: "bh-scroll"});
            figure.replaceWith(scroll);
            scroll.append(figure);
        }
    }
    const machines = document.querySelectorAll(".bh-machine");
    if (machines.length && document.body.dataset.machine !== "no")
        load("machine.js").then(() => machines.forEach((one) => bookMachine(one)), () => {});
});
DoxygenAwesomeDarkModeToggle.init();
