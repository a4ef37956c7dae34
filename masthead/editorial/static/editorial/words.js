// The dialogues behind Masthead's marks in the text editor: footnote, citation, mention,
// quotation, language. Each asks for the mark's attributes and puts it around the selection.
(() => {
  if (!window.draftail || window.mastheadWords) return;
  window.mastheadWords = true;
  const { React, DraftJS } = window;
  const { Modifier, EditorState, SelectionState } = DraftJS;
  const gettext = window.wagtail?.gettext || window.gettext || ((text) => text);

  // --- Asking -----------------------------------------------------------------

  // Show a form in a dialogue. `fields` are {name, label, kind, choices, value, search}.
  // Resolves to the values, or to null when the editor thought better of it.
  const ask = (heading, fields) => new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    dialog.className = 'masthead-dialog';
    const form = document.createElement('form');
    form.method = 'dialog';
    const title = document.createElement('h2');
    title.textContent = heading;
    form.append(title);
    const inputs = {};
    for (const field of fields) {
      const label = document.createElement('label');
      label.append(field.label);
      let input;
      if (field.kind === 'select') {
        input = document.createElement('select');
        for (const choice of field.choices) input.add(new Option(choice.label, choice.value));
      } else {
        input = document.createElement(field.kind === 'long' ? 'textarea' : 'input');
        if (field.kind === 'date' || field.kind === 'url') input.type = field.kind;
      }
      input.name = field.name;
      if (field.value) input.value = field.value;
      if (field.required) input.required = true;
      inputs[field.name] = input;
      label.append(input);
      form.append(label);
      if (field.search) field.search(input, inputs);
    }
    const buttons = document.createElement('p');
    const keep = document.createElement('button');
    keep.className = 'button';
    keep.value = 'keep';
    keep.textContent = gettext('Insert');
    const leave = document.createElement('button');
    leave.type = 'button';
    leave.className = 'button button-secondary';
    leave.textContent = gettext('Cancel');
    leave.addEventListener('click', () => dialog.close(''));
    buttons.append(keep, leave);
    form.append(buttons);
    dialog.append(form);
    document.body.append(dialog);
    dialog.addEventListener('close', () => {
      const values = {};
      for (const [name, input] of Object.entries(inputs)) values[name] = input.value;
      dialog.remove();
      resolve(dialog.returnValue === 'keep' ? values : null);
    });
    dialog.showModal();
  });

  // --- What the form around the editor knows ------------------------------------

  const rows = (prefix) => {
    const total = document.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const found = [];
    for (let number = 0; total && number < Number(total.value); number += 1) {
      const field = (name) => document.querySelector(`[name="${prefix}-${number}-${name}"]`);
      if (field('DELETE')?.value !== '1') found.push({ number, field });
    }
    return found;
  };

  const textOf = (input) => {
    try {
      return JSON.parse(input.value).blocks.map((block) => block.text).join(' ');
    } catch {
      return '';
    }
  };

  const notes = () => rows('notes').map(({ number, field }) => {
    const key = field('key');
    if (!key.value) key.value = crypto.randomUUID();
    const text = textOf(field('text')) || gettext('still empty');
    return { value: key.value, label: `${number + 1}. ${text.slice(0, 60)}` };
  });

  const addNote = () => {
    document.getElementById('id_notes-ADD')?.click();
    const all = rows('notes');
    const key = all.length ? all[all.length - 1].field('key') : null;
    if (key) key.value = crypto.randomUUID();
    return key?.value;
  };

  const sources = () => rows('sources')
    .map(({ field }) => ({ value: field('handle').value, label: `${field('handle').value}: ${field('title').value}` }))
    .filter((choice) => choice.value);

  const topicSearch = (input, inputs) => {
    const look = async () => {
      const address = new URL(window.mastheadOffice?.topics || '/office/masthead/topics/', window.location);
      address.searchParams.set('q', input.value);
      const answer = await fetch(address, { headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const select = inputs.topic;
      const chosen = select.value;
      select.replaceChildren();
      for (const topic of (await answer.json()).topics) select.add(new Option(`${topic.name} (${topic.kind})`, topic.key));
      if (chosen) select.value = chosen;
      if (!select.value && select.options.length) select.selectedIndex = 0;
    };
    let waiting;
    input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(look, 200); });
    setTimeout(look, 0);
  };

  // --- The marks ------------------------------------------------------------------

  const MARKS = {
    LANGUAGE: {
      heading: gettext('These words are in another language'),
      fields: (data) => [{ name: 'lang', label: gettext('Language tag, such as fr or ar'), value: data.lang, required: true }],
    },
    MENTION: {
      heading: gettext('These words name a topic'),
      fields: (data, selected) => [
        { name: 'q', label: gettext('Look for'), value: selected, search: topicSearch },
        { name: 'topic', label: gettext('Topic'), kind: 'select', choices: data.topic ? [{ value: data.topic, label: gettext('The present one') }] : [], value: data.topic, required: true },
      ],
    },
    CITATION: {
      heading: gettext('These words rest on a source'),
      fields: (data) => [
        { name: 'source', label: gettext('Source'), kind: 'select', choices: sources(), value: data.source, required: true },
        { name: 'locator', label: gettext('Where in it, such as p. 12'), value: data.locator },
      ],
    },
    FOOTNOTE: {
      heading: gettext('Footnote'),
      fields: (data) => [
        { name: 'note', label: gettext('Refers to'), kind: 'select', choices: [...notes(), { value: 'new', label: gettext('A new note, written below the text') }], value: data.note },
      ],
      text: '*',
    },
    'QUOTE-OPEN': {
      heading: gettext('Whose words are these?'),
      fields: (data) => [
        { name: 'speaker', label: gettext('Speaker'), value: data.speaker },
        { name: 'role', label: gettext('Role'), value: data.role },
        { name: 'outlet', label: gettext('Told to'), value: data.outlet },
        { name: 'medium', label: gettext('Medium'), value: data.medium },
        { name: 'date', label: gettext('Date'), kind: 'date', value: data.date },
        { name: 'url', label: gettext('Address'), kind: 'url', value: data.url },
      ],
    },
    'QUOTE-CLOSE': { heading: '', fields: () => [] },
  };

  const put = (content, selection, text, type, data) => {
    const made = content.createEntity(type, 'IMMUTABLE', data);
    return Modifier.replaceText(made, selection, text, null, made.getLastCreatedEntityKey());
  };

  const wrapInQuotation = (editorState, data) => {
    const selection = editorState.getSelection();
    let content = editorState.getCurrentContent();
    const end = new SelectionState({
      anchorKey: selection.getEndKey(), anchorOffset: selection.getEndOffset(),
      focusKey: selection.getEndKey(), focusOffset: selection.getEndOffset(),
    });
    content = put(content, end, '”', 'QUOTE-CLOSE', {});
    const start = new SelectionState({
      anchorKey: selection.getStartKey(), anchorOffset: selection.getStartOffset(),
      focusKey: selection.getStartKey(), focusOffset: selection.getStartOffset(),
    });
    content = put(content, start, '“', 'QUOTE-OPEN', data);
    return EditorState.push(editorState, content, 'insert-characters');
  };

  const mark = (editorState, type, data, text) => {
    const selection = editorState.getSelection();
    let content = editorState.getCurrentContent();
    if (text !== undefined) {
      const end = selection.merge({ anchorKey: selection.getEndKey(), anchorOffset: selection.getEndOffset(), focusKey: selection.getEndKey(), focusOffset: selection.getEndOffset(), isBackward: false });
      return EditorState.push(editorState, put(content, end, text, type, data), 'insert-characters');
    }
    content = content.createEntity(type, 'MUTABLE', data);
    content = Modifier.applyEntity(content, selection, content.getLastCreatedEntityKey());
    return EditorState.push(editorState, content, 'apply-entity');
  };

  class Source extends React.Component {
    async componentDidMount() {
      const { editorState, entityType, entity, entityKey, onComplete, onClose } = this.props;
      const { type } = entityType;
      const selection = editorState.getSelection();
      const block = editorState.getCurrentContent().getBlockForKey(selection.getStartKey());
      const selected = block.getText().slice(selection.getStartOffset(), selection.getEndOffset());
      const about = MARKS[type];
      const values = await ask(about.heading, about.fields(entity ? entity.getData() : {}, selected));
      if (!values) { onClose(); return; }
      if (type === 'FOOTNOTE' && values.note === 'new') values.note = addNote();
      const data = {};
      for (const name of entityType.attributes) data[name] = values[name] || '';
      if (entity) {
        const content = editorState.getCurrentContent().replaceEntityData(entityKey, data);
        onComplete(EditorState.push(editorState, content, 'apply-entity'));
      } else if (type === 'QUOTE-OPEN') {
        onComplete(wrapInQuotation(editorState, data));
      } else {
        onComplete(mark(editorState, type, data, about.text));
      }
    }

    render() { return null; }
  }

  const LABELS = {
    LANGUAGE: (data) => data.lang,
    MENTION: () => gettext('Topic'),
    CITATION: (data) => [data.source, data.locator].filter(Boolean).join(', '),
    FOOTNOTE: () => gettext('Footnote'),
    'QUOTE-OPEN': (data) => [data.speaker, data.role, data.outlet].filter(Boolean).join(', ') || gettext('Quotation'),
    'QUOTE-CLOSE': () => gettext('End of the quotation'),
  };
  const ICONS = { LANGUAGE: 'globe', MENTION: 'tag', CITATION: 'doc-full', FOOTNOTE: 'list-ol', 'QUOTE-OPEN': 'openquote', 'QUOTE-CLOSE': 'openquote' };

  const decorator = (type) => function Decorator(props) {
    const { entityKey, contentState, children, onEdit, onRemove } = props;
    const data = contentState.getEntity(entityKey).getData();
    return React.createElement(window.draftail.TooltipEntity, {
      entityKey, contentState, onEdit, onRemove, children, icon: ICONS[type], label: LABELS[type](data), url: '',
    });
  };

  for (const type of Object.keys(MARKS)) {
    window.draftail.registerPlugin({ type, source: Source, decorator: decorator(type) }, 'entityTypes');
  }
})();
