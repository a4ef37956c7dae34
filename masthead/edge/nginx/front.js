// The front in nginx: which file a reader gets at an address, or that the house has to be asked.
//
// It answers as `masthead/edge/front.py` does; `tests/edge/front-vectors.json` is put to both. Written for
// njs 0.7.9 and later: no destructuring, no for-of, nothing remembered from one request to the next.

import crypto from 'crypto';
import fs from 'fs';

const FORM = 1;
const VERSION = 'mh1';
const LONGEST = 3800;
const LISTS = 16;
const CLASSES = {r: 'registered', m: 'metered', s: 'subscribers'};
const ENDINGS = {'': '', gzip: '.gz', br: '.br'};
const PREFERRED = ['br', 'gzip'];
const IDENTITY = '';
// No browser sends these with a page; the house answers them by the standard.
const OF_OTHERS = ['Content-Length', 'Transfer-Encoding', 'If-Match', 'If-Unmodified-Since'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

// Answer from the files that were exported, or have the house asked.
function answer(r) {
    let found = null;
    try {
        found = lookUp(r, false);
    } catch (error) {
        r.error(`The export could not be read; the house is asked: ${error}`);
    }
    if (found === null) {
        r.internalRedirect('@house');
    } else {
        send(r, found);
    }
}

// Answer as for a stranger where the house cannot be asked; else say that it will be back.
function alone(r) {
    let found = null;
    try {
        found = lookUp(r, true);
    } catch (error) {
        r.error(`The export could not be read: ${error}`);
    }
    if (found !== null) {
        send(r, found);
        return;
    }
    r.headersOut['Content-Type'] = 'text/html; charset=utf-8';
    r.headersOut['Cache-Control'] = 'no-store';
    r.headersOut['Retry-After'] = '10';
    r.return(503, house.away);
}

// Return what is sent of which page, or null: the house has to be asked.
function lookUp(r, isAlone) {
    const given = r.headersIn;
    if (r.method !== 'GET' && r.method !== 'HEAD') {
        return null;
    }
    if (OF_OTHERS.some(name => given[name] !== undefined)) {
        return null;
    }
    const asked = r.variables.request_uri;
    const mark = asked.indexOf('?');
    const path = mark < 0 ? asked : asked.slice(0, mark);
    if (mark >= 0 && !isNoise(asked.slice(mark + 1))) {
        return null;
    }
    const at = Date.now() / 1000;
    const told = readJson(`${house.folder}/told.json`);
    if (told === null) {
        return null;
    }
    // Nobody has looked after the export for a while, or the store itself has heard nothing.
    const isLate = told.until !== null && at >= told.until;
    if (isLate && !isAlone) {
        return null;
    }
    const page = readJson(`${house.folder}/now/pages/${pageName(given.Host || '', path)}`);
    if (page === null || page.form !== FORM) {
        return null;
    }
    if (page.stale_at !== null && at >= page.stale_at && !isAlone) {
        return null;
    }
    const name = variantOf(page, r, told, at, isAlone);
    if (name === null || (isLate && page.variants[name].gated)) {
        return null;  // Whoever may have lost it since would still read the whole of it.
    }
    return fileOf(page, page.variants[name], r);
}

// Return the name of the variant that this reader gets; null where the house has to say.
function variantOf(page, r, told, at, isAlone) {
    const lock = page.lock;
    if (lock !== null && !holds(lock, at)) {
        return null;
    }
    if (!page.is_personal) {
        return there(page, page.rules.open, true);
    }
    const cookies = r.variables.http_cookie || '';
    const shown = passIn(cookies, at);
    if (shown === null && !isAlone && isKnownElsewhere(cookies, r, told)) {
        return null;
    }
    const keys = shown === null ? [] : shown.keys;
    let rule = lock === null ? 'open' : openedBy(lock, keys, at);
    if (rule === 'gift' && lock !== null && hasEnded(`gifts-${lock.article}`)) {
        return null;
    }
    if (told.leads_only && rule !== 'open') {
        rule = null;
    } else if (rule === null && keys.length && !isAlone && lock !== null
               && (lock.access === 'metered' || isSignedIn(cookies))) {
        return null;  // It may be counted for this reader, or be theirs since a moment ago.
    }
    let name = page.rules[rule === null ? 'closed' : rule];
    if (name && keys.some(key => isQuiet(key, page.title, at))) {
        name += '-quiet';
    }
    return there(page, name, rule !== null);
}

// Return the name if there is such a variant and it is not gated before who may not have it.
function there(page, name, isOpen) {
    const variant = name ? page.variants[name] : undefined;
    return variant === undefined || (variant.gated && !isOpen) ? null : name;
}

function isSignedIn(cookies) {
    return Boolean(house.session_cookie) && cookie(cookies, house.session_cookie) !== '';
}

function isKnownElsewhere(cookies, r, told) {
    if (isOne(house.asks, name => cookie(cookies, name) !== '')) {
        return true;
    }
    return told.networks.length > 0 && isAmong(r.rawVariables.binary_remote_addr, told.networks);
}

// Locks and keys, as in masthead/edge/locks.py.

function holds(lock, at) {
    return (lock.not_before === null || lock.not_before <= at)
        && (lock.not_after === null || at < lock.not_after);
}

function fits(key, lock, at) {
    if (key.u !== undefined && at >= key.u) {
        return false;
    }
    if (key.t !== lock.title && key.t !== '*') {
        return false;
    }
    if (!key.c.split('').some(letter => CLASSES[letter] === lock.access)) {
        return false;
    }
    if (key.a && key.a !== lock.article) {
        return false;
    }
    if (!key.i) {
        return true;
    }
    return lock.issue !== null && key.i[0] <= lock.issue && lock.issue <= key.i[1];
}

function openedBy(lock, keys, at) {
    if (lock.access === 'open') {
        return 'open';
    }
    const fitting = keys.filter(key => fits(key, lock, at));
    return fitting.length ? fitting[0].w : null;
}

function isQuiet(key, title, at) {
    return Boolean(key.q) && (key.t === title || key.t === '*')
        && (key.u === undefined || at < key.u);
}

// Passes, as in masthead/edge/passes.py.

// Return the pass that a browser shows, if it is genuine, in time and not revoked.
function passIn(cookies, at) {
    const text = cookie(cookies, house.pass_cookie);
    const shown = text ? readPass(text) : null;
    if (shown === null || at >= shown.expires) {
        return null;
    }
    return shown.session && hasEnded(shown.session) ? null : shown;
}

// Say whether passes of a session are over before their time, or gifts of an article.
function hasEnded(name) {
    if (!NAME.test(name)) {
        return true;
    }
    const number = name.charCodeAt(name.length - 1) % LISTS;
    try {
        return fs.readFileSync(`${house.folder}/ended/${number}`).toString().includes(`\n${name}\n`);
    } catch (error) {
        return true;  // Without the list nobody knows.
    }
}

function readPass(text) {
    const end = text.lastIndexOf('.');
    if (text.length > LONGEST || end < 0) {
        return null;
    }
    const head = text.slice(0, end);
    const parts = head.split('.');
    const secret = house.secrets[parts[1]];
    if (parts.length !== 3 || parts[0] !== VERSION || typeof secret !== 'string') {
        return null;
    }
    const mac = crypto.createHmac('sha256', Buffer.from(secret, 'hex')).update(head).digest('base64url');
    if (!isSame(mac, text.slice(end + 1))) {
        return null;
    }
    try {
        const values = JSON.parse(Buffer.from(parts[2], 'base64url').toString());
        const sound = values.k.every(key => typeof key.w === 'string' && typeof key.t === 'string'
            && key.c.split('').every(letter => CLASSES[letter] !== undefined));
        return sound && typeof values.e === 'number'
            ? {keys: values.k, expires: values.e, session: values.s || ''}
            : null;
    } catch (error) {
        return null;  // A version that wrote otherwise.
    }
}

// Compare in a time that does not tell at which letter they differ.
function isSame(one, other) {
    if (one.length !== other.length) {
        return false;
    }
    let differs = 0;
    for (let i = 0; i < one.length; i++) {
        differs |= one.charCodeAt(i) ^ other.charCodeAt(i);
    }
    return differs === 0;
}

// What a browser asks for, as in masthead/edge/asking.py.

function cookie(header, name) {
    const parts = header.split(';');
    for (let i = 0; i < parts.length; i++) {
        const part = parts[i].trim();
        const equals = part.indexOf('=');
        if (equals >= 0 && part.slice(0, equals) === name) {
            return part.slice(equals + 1);
        }
    }
    return '';
}

function isNoise(query) {
    return query.split('&').every(parameter => {
        const name = parameter.split('=')[0];
        return parameter === '' || isOne(house.noise, one => one.endsWith('*')
            ? name.startsWith(one.slice(0, -1))
            : name === one);
    });
}

// Say whether one of a list passes; lists that nginx has read before know no `some()` in njs 0.7.
function isOne(list, passes) {
    for (let i = 0; i < list.length; i++) {
        if (passes(list[i])) {
            return true;
        }
    }
    return false;
}

function coding(accepted, codings) {
    if (!accepted) {
        return IDENTITY;
    }
    const weights = {};
    accepted.split(',').forEach(item => {
        const semicolon = item.indexOf(';');
        const name = semicolon < 0 ? item : item.slice(0, semicolon);
        weights[name.trim().toLowerCase()] = semicolon < 0 ? 1 : weight(item.slice(semicolon + 1));
    });
    const anything = weights['*'] || 0;
    let best = IDENTITY;
    let bestWeight = 0;
    PREFERRED.forEach(name => {
        const wanted = weights[name] === undefined ? anything : weights[name];
        if (wanted > bestWeight && codings[name] !== undefined) {
            best = name;
            bestWeight = wanted;
        }
    });
    return best && (weights.identity || 0) > bestWeight ? IDENTITY : best;
}

function weight(parameters) {
    const text = parameters.split(' ').join('').toLowerCase();
    if (text === '' || text[0] === '=') {
        return 1;
    }
    const value = text.slice(2);
    return text.slice(0, 2) === 'q=' && NUMBER.test(value) ? Number(value) : 0;
}

function hasIt(known, etag) {
    return known.trim() === '*' || known.split(',').some(one => {
        const named = one.trim();
        return (named.startsWith('W/') ? named.slice(2) : named) === etag;
    });
}

function isAmong(address, networks) {
    let bytes = address;
    // IPv4 in IPv6 is IPv4.
    if (bytes.length === 16 && bytes.slice(0, 12).toString('hex') === '00000000000000000000ffff') {
        bytes = bytes.slice(12);
    }
    return networks.some(network => {
        const first = Buffer.from(network[0], 'hex');
        if (first.length !== bytes.length) {
            return false;
        }
        for (let bit = 0; bit < network[1]; bit++) {
            const mask = 128 >> (bit & 7);
            if ((first[bit >> 3] & mask) !== (bytes[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    });
}

// Pages and their bytes, as masthead/edge/export.py lays them out.

// Return what the index of a page is called: an address is never part of a file's path.
function pageName(host, path) {
    const hash = crypto.createHash('sha256').update(`${host.toLowerCase()}\0`);
    const name = (path.indexOf('%') < 0 ? hash.update(path) : hash.update(decoded(path))).digest('hex');
    return `${name.slice(0, 2)}/${name.slice(2, 32)}.json`;
}

function decoded(path) {
    const bytes = [];
    for (let i = 0; i < path.length; i++) {
        const hex = path.slice(i + 1, i + 3);
        if (path[i] === '%' && /^[0-9A-Fa-f]{2}$/.test(hex)) {
            bytes.push(parseInt(hex, 16));
            i += 2;
        } else {
            bytes.push(path.charCodeAt(i));
        }
    }
    return Buffer.from(bytes);
}

// Return which file is sent with which headers; null if it is not there as the index says.
function fileOf(page, variant, r) {
    const range = r.headersIn.Range !== undefined && r.method === 'GET';
    const packed = range ? IDENTITY : coding(r.headersIn['Accept-Encoding'], variant.codings);
    const etag = `"${variant.digest}-${packed || 'id'}"`;
    const known = r.headersIn['If-None-Match'];
    const found = {
        headers: page.headers[variant.headers], etag: etag, coding: packed, size: variant.codings[packed],
        vary: page.is_personal ? 'Accept-Encoding, Cookie' : 'Accept-Encoding',
        isKnown: known !== undefined && hasIt(known, etag), path: '',
    };
    if (found.isKnown || r.method === 'HEAD') {
        return found;
    }
    const digest = variant.digest;
    found.path = `${variant.gated ? 'gated' : 'open'}/${digest.slice(0, 2)}/${digest.slice(2)}${ENDINGS[packed]}`;
    return sizeOf(`${house.folder}/bytes/${found.path}`) === found.size ? found : null;
}

function send(r, found) {
    found.headers.forEach(header => {
        r.headersOut[header[0]] = header[1];
    });
    r.headersOut.Vary = found.vary;
    r.headersOut.ETag = found.etag;
    if (found.coding) {
        r.headersOut['Content-Encoding'] = found.coding;
    }
    if (found.isKnown) {
        r.return(304);
    } else if (r.method === 'HEAD') {
        r.status = 200;
        r.headersOut['Content-Length'] = found.size;
        r.sendHeader();
        r.finish();
    } else {
        r.variables.kept = found.path;
        r.internalRedirect('@kept');
    }
}

function readJson(path) {
    let text = '';
    try {
        text = fs.readFileSync(path);
    } catch (error) {
        return null;
    }
    return JSON.parse(text);
}

function sizeOf(path) {
    try {
        return fs.statSync(path).size;
    } catch (error) {
        return null;
    }
}

export default {answer, alone};
