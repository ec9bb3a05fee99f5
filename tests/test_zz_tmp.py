import time
def test_a(cast): print(cast.ours.plan.history_count, cast.ours.late.rag(cast.today))
def test_b(cast): 
    cast.ours.plan.slug='x'; cast.ours.plan.save()
def test_c(cast): 
    from actionplans.models import Plan, Message
    assert not Plan.objects.filter(slug='x')
    print([ (m, m.state,m.answer) for m in Message.objects.all()])
