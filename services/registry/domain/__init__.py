"""Pure rules: no clock, no database, no HTTP. Everything needed comes in as an argument.

How a command is handled, whichever it is (`commands.decision_for` is the only entrance):

    decision = decision_for(command)
    history = {stream: read(stream) for stream in decision.reads}
    events = decision.decide(event for stream in decision.reads for event in history[stream])
    append(events, to=decision.target, expecting={s: len(h) for s, h in history.items()})

`()` means that nothing changes; a broken rule raises its own `Refused` (`refusals.REFUSALS`).

What a command carries:
- where the event says word for word what was asked for, the event itself, parsed from the valid
  body (`RecordAct.act`, `DesignateFocalPoint.designation`, `RegisterPlan.plan`, `OpenCycle.cycle`);
- where the decision adds something, its own fields (`SubmitReport.filing`, `ReturnReport.subject`);
- `circumstances`: the moment, the origin of the log, the instrument as published;
- content that is not public comes in sealed: the rules never see it.
"""
