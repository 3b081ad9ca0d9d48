"""Pure rules: no clock, no database, no HTTP. Everything needed comes in as an argument.

How a command is handled, whichever it is (`commands.ruling_for` is the only entrance):

    ruling = ruling_for(command)
    history = {stream: read(stream) for stream in ruling.reads}
    events = ruling.decide(event for stream in ruling.reads for event in history[stream])
    append(events, to=ruling.target, expecting={s: len(h) for s, h in history.items()})

Each event goes with the position of the entry it answers (`causation.cause_of`).

`()` means that nothing changes; a broken rule raises its own `Refused` (`refusals.REFUSALS`).

What a command carries:
- where the event says word for word what was asked for, the event itself, parsed from the valid
  body (`RecordAct.act`, `DesignateFocalPoint.designation`, `RegisterPlan.plan`, `OpenCycle.cycle`);
- where the rules add something, its own fields (`SubmitReport.filing`, `ReturnReport.subject`);
- `circumstances`: the moment, the origin of the log, the instrument as published;
- content that is not public comes in sealed: the rules never see it.
"""
