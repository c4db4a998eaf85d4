// Puts the pages together, as a bundler would.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

mkdirSync("dist", { recursive: true });
const page = readFileSync("src/index.html", "utf8").replace("{{made}}", "by a build");
writeFileSync("dist/index.html", page);
