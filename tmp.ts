import { openSyntaxParser } from "./sidecar/code/parser.ts";
import { surroundingsOf, parseSnippet } from "./sidecar/style/snippet.ts";
import { readFileSync } from "node:fs";
const p = await openSyntaxParser();
await p.load("typescript");await p.load("python");await p.load("cpp");
for (const [file,lang] of [["sidecar/sidecar.ts","typescript"],["/usr/lib/python3.11/argparse.py","python"],["node_modules/hnswlib-node/lib/hnswlib/hnswlib/hnswalg.h","cpp"]] as const) {
let src:string[]; try { src=readFileSync(file,"utf8").split("\n"); } catch {console.log("no",file);continue}
let bad=0,n=0; const ts:number[]=[];let shown=0;
for(let i=5;i+10<src.length;i+=3){ const pre=src.slice(0,i).join("\n")+"\n"; const t0=performance.now(); const s=surroundingsOf(pre,lang); const r=parseSnippet(p.parse,s,src.slice(i,i+8).join("\n")); ts.push(performance.now()-t0); n++; if(r&&r.tree.errors>0){bad++; if(shown++<4)console.log("-----",i,"\n"+r.tree.text)}}
ts.sort((a,b)=>a-b); console.log(file,n,bad,ts[ts.length>>1],ts[ts.length*.95|0]);}
